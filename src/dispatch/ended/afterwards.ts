import { dispatchRegistryOf } from '../../objects.ts'
import { mailSourceOf } from '../campaign-mail.ts'
import type { DispatchStorage } from '../dispatch-storage.ts'
import type { StatePropagation } from '../state-propagation.ts'
import { afterEnd } from './after-end.ts'

/** What the end of a dispatch works with. */
type Ending = { env: Env; storage: DispatchStorage; state: StatePropagation }

/**
 * Stores the last view of an ended dispatch in the registry, and deletes the text of its mails once nobody can have them sent again.
 * Returns when to call this again (epoch ms), or null once all its records are deleted.
 */
export async function afterwards({ env, storage, state }: Ending): Promise<number | null> {
  const before = storage.stateVersion()
  const view = await state.view()
  if (storage.stateVersion() !== before) return Date.now() // reopened meanwhile
  const { keepsText, keepsRecords, nextAt } = afterEnd(state.now(), view.counts.uncertain, Date.now())
  if (!keepsText) storage.dropText()
  // At the very end the lanes have cleared their ledgers: a view that is already stored has the true counts.
  await dispatchRegistryOf(env).recordView(view, { holdsText: keepsText, replace: keepsRecords })
  if (keepsRecords) return nextAt
  storage.dropAll()
  return null
}

/** Deletes the text of the mails if it names a person who may no longer be named, and tells the registry. */
export async function dropWithdrawnText({ env, storage, state }: Ending): Promise<void> {
  const terms = storage.snapshotTerms()
  if (terms === undefined) return
  const source = await mailSourceOf(env, state.request())
  const blocked = source.ok ? source.value.preconditions(terms)(Date.now()) : null
  if (blocked?.kind !== 'name-withdrawn') return
  storage.dropText()
  await dispatchRegistryOf(env).recordView(await state.view(), { holdsText: false, replace: true })
}
