/** The meter of the rationed runtime: who uses what, and what is refused. One for the isolate, which runs the Worker and all objects. */

import { AsyncLocalStorage } from 'node:async_hooks'
import { type DailyRation, FREE_PLAN, KV_LIMITS, PAID_PLAN } from '../../../src/kit/platform/limits.ts'
import { type Counted, type Entry, noTally, RATIONS, type Tally } from './tally.ts'

/** How strict the runtime is. The driver sets it by `POST /ration`. */
export type Strictness = {
  plan: 'free' | 'paid'
  enforced: boolean // false: counts, and refuses only a second write to a key within a second
  kvStaleMs: number // longest time for which KV may show what was there before a write
  kvRefuses: boolean // KV refuses every write, delete and list, as after the day's ration
}

/** One invocation: its own numbers of subrequests, and where its work is counted. */
type Invocation = {
  entry: Entry
  outside: number
  inside: number
  memory: Memory | null // null: sees what earlier requests left in the isolate
}

/** Keys that a request has put into the Worker's Maps, by Map. */
type Memory = WeakMap<object, Set<unknown>>

/** Names under which work is counted, passed on to the objects that it calls. */
export type Passport = Pick<Entry, 'act' | 'route'>

const PLANS = { free: FREE_PLAN, paid: PAID_PLAN }
export const strictness: Strictness = { plan: 'free', enforced: true, kvStaleMs: KV_LIMITS.staleMs, kvRefuses: false }

const limits = () => PLANS[strictness.plan]

const running = new AsyncLocalStorage<Invocation>()
const entries = new Map<string, Entry>()
const days = new Map<string, Tally>()
const refused = new Map<string, number>()
let forgetful = 0

/** Work outside any invocation, such as a constructor. */
const UNKNOWN: Passport = { act: 'upkeep', route: 'object start' }

function entryOf({ act, route }: Passport, at: string): Entry {
  const key = `${act}\n${route}\n${at}`
  const entry = entries.get(key) ?? { act, route, at, times: 0, mostOutside: 0, mostInside: 0, tally: noTally() }
  entries.set(key, entry)
  return entry
}

/** Runs one invocation: a request of the Worker, a call of an object's method or an alarm. */
export async function invocation<T>(
  passport: Passport,
  at: string,
  work: () => T | Promise<T>,
  options: { forgetful?: boolean } = {},
): Promise<T> {
  const entry = entryOf(passport, at)
  entry.times++
  const memory = options.forgetful === true ? new WeakMap() : null
  if (memory !== null) forgetful++
  try {
    return await running.run({ entry, outside: 0, inside: 0, memory }, work)
  } finally {
    if (memory !== null) forgetful--
  }
}

export const passport = (): Passport => running.getStore()?.entry ?? UNKNOWN

/** The memory of a request that runs as in a fresh isolate; null for others. Quick while there is no such request. */
export const ownMemory = (): Memory | null => (forgetful > 0 ? (running.getStore()?.memory ?? null) : null)

/** The entry of the running work, for what is counted later. */
export const currentEntry = (): Entry => running.getStore()?.entry ?? entryOf(UNKNOWN, 'object start')

const today = (): Tally => {
  const day = new Date(Date.now()).toISOString().slice(0, 10)
  const tally = days.get(day) ?? noTally()
  days.set(day, tally)
  return tally
}

/** Counts use of a ration for the running work, whatever the limit. */
export function count(ration: DailyRation, times = 1, entry = currentEntry()): void {
  entry.tally[ration] += times
  today()[ration] += times
}

/** Counts use of a ration. @throws Error, as production does, when the day's ration is used up */
export function spend(ration: DailyRation, times: number, message: string): void {
  if (strictness.enforced && today()[ration] + times > limits().day[ration]) refuse(`${ration} a day`, message)
  count(ration, times)
}

/** Whether the day's ration is used up. */
export const isUsedUp = (ration: DailyRation): boolean => strictness.enforced && today()[ration] >= limits().day[ration]

export function refuse(limit: string, message: string): never {
  refused.set(limit, (refused.get(limit) ?? 0) + 1)
  throw new Error(message)
}

const TOO_MANY = 'Too many subrequests by single Worker invocation.'

/** Counts one subrequest of the running invocation. @throws Error, as production does, above the limit of an invocation */
export function subrequest(kind: 'inside' | 'outside'): void {
  const own = running.getStore()
  if (own === undefined) return
  own[kind]++
  const { entry } = own
  if (kind === 'inside') entry.mostInside = Math.max(entry.mostInside, own.inside)
  else entry.mostOutside = Math.max(entry.mostOutside, own.outside)
  const limit = kind === 'inside' ? limits().insideSubrequests : limits().outsideSubrequests
  if (strictness.enforced && own[kind] > limit) refuse(`${kind} subrequests an invocation`, TOO_MANY)
}

/** Everything counted since the last reset. */
export function counted(): Counted {
  const used = [...entries.values()].filter(({ times, tally }) => times > 0 || RATIONS.some((name) => tally[name] > 0))
  return { entries: used, days: Object.fromEntries(days), refused: Object.fromEntries(refused) }
}

/** Sets all counts to zero. Entries stay, since running work holds them. */
export function reset(): void {
  for (const entry of entries.values())
    Object.assign(entry, { times: 0, mostOutside: 0, mostInside: 0, tally: noTally() })
  days.clear()
  refused.clear()
}
