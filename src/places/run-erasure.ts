import { HOUR_MS, MINUTE_MS } from '../kit/durations.ts'
import { errorMessage } from '../kit/result.ts'
import type { Erasure } from './erasure-table.ts'
import { LISTED_PLACES, MAILBOX_PLACE } from './place-kinds.ts'
import { keyOf, type ListedKind, type PlaceTable } from './place-table.ts'

/** Places that one invocation asks: the platform allows 1,000 requests to other objects, and a list change and notices need some. */
export const PLACES_AT_ONCE = 900
/** Requests at the same time. */
const TOGETHER = 50
/** Tries after which organisers are told that an erasure does not end: about half a day. */
export const TRIES_BEFORE_NOTICE = 15

type PlaceName = { kind: ListedKind | 'mailbox'; name: string }

/** Milliseconds until places that were not done are asked again. */
export const pauseMs = (tries: number): number => Math.min(HOUR_MS, MINUTE_MS * 2 ** Math.min(tries, 10))

/** Asks the next places of an erasure. Returns how far it has come; null when every place is done. */
export async function runErasure(env: Env, erasure: Erasure, places: PlaceTable): Promise<Erasure | null> {
  const repeated = erasure.again.slice(0, PLACES_AT_ONCE)
  const room = PLACES_AT_ONCE - repeated.length
  const next = erasure.after === null ? [] : places.after(erasure.after, room)
  const last = next.at(-1)
  const after = last === undefined || next.length < room ? null : keyOf(last)
  const again = await notDone(env, erasure, [...repeated, ...next])
  again.push(...erasure.again.slice(PLACES_AT_ONCE))
  return after === null && again.length === 0 ? null : { ...erasure, after, again, tries: erasure.tries + 1 }
}

async function notDone(env: Env, person: Erasure, names: readonly PlaceName[]): Promise<PlaceName[]> {
  const left: PlaceName[] = []
  for (let at = 0; at < names.length; at += TOGETHER)
    await Promise.all(
      names.slice(at, at + TOGETHER).map(async ({ kind, name }) => {
        if (!(await eraseIn(env, { kind, name }, person))) left.push({ kind, name })
      }),
    )
  return left
}

async function eraseIn(env: Env, { kind, name }: PlaceName, person: Erasure): Promise<boolean> {
  try {
    return await (kind === 'mailbox' ? MAILBOX_PLACE : LISTED_PLACES[kind]).erase(env, name, person)
  } catch (error) {
    console.error('erasure', kind, kind === 'mailbox' ? '' : name, errorMessage(error))
    return false
  }
}
