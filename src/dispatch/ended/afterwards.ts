import { dispatchOf, dispatchRegistryOf, placesOf } from '../../objects.ts'
import { mailSourceOf } from '../campaign-mail.ts'
import type { DispatchStorage } from '../dispatch-storage.ts'
import { dispatchPlace } from '../lane/lane-place.ts'
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
  const { lanes } = state.now()
  if (keepsRecords) {
    await state.lanes().wakeIdle(lanes)
    return nextAt
  }
  await dispatchRegistryOf(env).forget(view.id, 'lanes') // first: nobody may ask a lane that is gone, which would make its tables again
  await state.lanes().drop(lanes)
  await placesOf(env).leave('dispatch', dispatchPlace(view.id, lanes))
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

/** Deletes the texts of these dispatches that name people who may no longer be named. False if some may be left. */
export async function dropWithdrawnTexts(env: Env, ids: readonly string[]): Promise<boolean> {
  const answers = await Promise.allSettled(ids.map((id) => dispatchOf(env, id).dropWithdrawnText()))
  return answers.every(({ status }) => status === 'fulfilled')
}
