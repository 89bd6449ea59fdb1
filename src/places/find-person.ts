import { LISTED_PLACES, MAILBOX_PLACE, type SoughtPerson } from './place-kinds.ts'
import { keyOf, type Place } from './place-table.ts'

/** Requests at the same time. */
const TOGETHER = 50

/** What one place stores about a person. `kept` is JSON. */
export type FoundInPlace = { kind: Place['kind'] | 'mailbox'; name: string; kept: string }
/** What some places store. `next`: key after which the search goes on; null when no place is left. */
export type FoundPage = { found: FoundInPlace[]; next: string | null }

/** Searches a page of places, and with the first page the person's mailbox. `isLast`: no places follow. */
export async function findInPlaces(
  env: Env,
  person: SoughtPerson,
  { places, isFirst, isLast }: { places: readonly Place[]; isFirst: boolean; isLast: boolean },
): Promise<FoundPage> {
  const found: FoundInPlace[] = []
  for (let at = 0; at < places.length; at += TOGETHER)
    for (const one of await Promise.all(
      places.slice(at, at + TOGETHER).map(async ({ kind, name }): Promise<FoundInPlace[]> => {
        const kept = await LISTED_PLACES[kind].find(env, name, person)
        return kept === null ? [] : [{ kind, name, kept }]
      }),
    ))
      found.push(...one)
  const { mailbox } = person
  const waiting = isFirst && mailbox !== '' ? await MAILBOX_PLACE.find(env, mailbox, person) : null
  if (waiting !== null) found.push({ kind: 'mailbox', name: '', kept: waiting })
  const last = places.at(-1)
  return { found, next: isLast || last === undefined ? null : keyOf(last) }
}
