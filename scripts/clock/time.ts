/** The time of this isolate: the machine's, moved; or one that stands still. Imported before anything that reads a clock. */

const machineNow = Date.now.bind(Date)

/** A year: an alarm this far ahead is set anew before it rings. */
const FAR_MS = 366 * 86_400_000

let offsetMs: number | undefined // unknown until somebody has asked the object that keeps it
let stoppedAt: number | undefined // epoch ms; of a clock that stands still
let moves = 0

export const isKnown = (): boolean => offsetMs !== undefined

/** It only grows: whoever comes with an older one has been overtaken. */
export function setOffset(milliseconds: number): void {
  offsetMs = Math.max(offsetMs ?? 0, milliseconds)
  if (stoppedAt !== undefined) stoppedAt = Math.max(stoppedAt, offsetMs)
  moves++
}

/** From now on the clock stands still at this time, and an offset is the time itself. */
export function standStill(at: number): void {
  stoppedAt = at
}

export const offset = (): number => offsetMs ?? 0

/** How often the clock was moved in this isolate. */
export const movesSoFar = (): number => moves

/** The offset by which it is `to` now, in epoch milliseconds. */
export const offsetUntil = (to: number): number => (stoppedAt === undefined ? to - machineNow() : to)

/** By how much the machine's own times differ from those here: a scheduled run brings one. */
export const ahead = (): number => Date.now() - machineNow()

/** The machine's time at which it will be `at` here: what the platform's alarms are set to. */
export function onMachine(at: number): number {
  if (stoppedAt === undefined) return Math.max(1, at - offset())
  return at <= stoppedAt ? 1 : machineNow() + FAR_MS
}

Date.now = () => stoppedAt ?? machineNow() + offset()

/** Everything that is made of a given time stays as it is; `new Date()` and `Date()` are now. */
globalThis.Date = new Proxy(Date, {
  construct: (date, given, as) => Reflect.construct(date, given.length === 0 ? [date.now()] : given, as),
  apply: (date) => new date(date.now()).toString(),
})

/** What a Worker in moved time finds bound: all of it, as it is. */
export const envOf = <Env>(env: Env): Env => env
