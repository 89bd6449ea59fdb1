import type { Settings } from '../../../env.ts'
import { addressesOf, queuePlace, sealQueue } from '../apply.ts'
import type { ImportedPerson } from '../decision.ts'
import { openPeople } from '../sealed-rows.ts'
import type { QueuedRecord } from '../staging.ts'
import type { ImportStore } from '../state.ts'
import { isOver } from '../status.ts'

type Searched = Pick<Settings, 'keys' | 'fingerprint'>

/** Records of people who wait for a confirmation and may hold this person, opened; null for one that does not open. */
async function candidates({ state, settings }: { state: ImportStore; settings: Searched }, fingerprint: string) {
  const id = state.status?.id ?? ''
  return Promise.all(
    state.staging.recordsWith(fingerprint).map(async (record) => {
      const people = await openPeople(settings.keys, queuePlace(id, record.seq), record.sealed)
      const prints = await Promise.all(
        (people ?? []).map((person) => Promise.all(addressesOf(person).map(settings.fingerprint))),
      )
      return { record, people, at: prints.findIndex((those) => those.includes(fingerprint)) }
    }),
  )
}

/**
 * Deletes a person who waits for a confirmation mail of an import. False while the import still receives or adds rows: they cannot be found
 * there, and are refused at their turn, in minutes. Also while a record does not open, or is being mailed.
 */
export async function eraseInImport(state: ImportStore, settings: Searched, fingerprint: string): Promise<boolean> {
  const status = state.status
  if (status === undefined || isOver(status)) return true
  if (status.state !== 'confirming') return false
  let isDone = true
  for (const { record, people, at } of await candidates({ state, settings }, fingerprint)) {
    if (people !== null && at < 0) continue
    if (people === null || !(await takeOut(state, settings, { record, people, at }))) isDone = false
  }
  return isDone
}

async function takeOut(
  state: ImportStore,
  settings: Searched,
  { record, people, at }: { record: QueuedRecord; people: readonly ImportedPerson[]; at: number },
): Promise<boolean> {
  const before = state.status
  if (before === undefined || isInWork(state, record)) return false
  const rest = people.filter((_, position) => position !== at)
  const { keys, fingerprint } = settings
  const deps = { keys, fingerprint: ({ email }: Pick<ImportedPerson, 'email'>) => fingerprint(email) }
  const again = await sealQueue(deps, before.id, record.seq, rest, record)
  if (state.status !== before || isInWork(state, record)) return false
  state.eraseWaiting(record.seq, again, { at, row: people[at]?.rows[0] ?? 0 })
  return true
}

/** Whether mails of a record are being queued at this moment: its people are then counted by their position. */
const isInWork = (state: ImportStore, { seq }: QueuedRecord): boolean =>
  state.staging.head()?.seq === seq && (state.status?.begun.length ?? 0) > 0

/** A person who waits for a confirmation mail of an import, as JSON; null when they are not found. */
export async function findInImport(
  state: ImportStore,
  settings: Searched,
  fingerprint: string,
): Promise<string | null> {
  if (state.status?.state !== 'confirming') return null
  const found = (await candidates({ state, settings }, fingerprint)).find(({ at }) => at >= 0)
  return found?.people?.[found.at] === undefined ? null : JSON.stringify(found.people[found.at])
}
