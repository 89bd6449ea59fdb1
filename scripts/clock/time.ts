/** Replaces the clock of this isolate by a moved or stopped one. Must be imported before any module that reads the time. */

const machineNow = Date.now.bind(Date)

/** A year. An alarm this far ahead is reset before it fires. */
const FAR_MS = 366 * 86_400_000

let offsetMs: number | undefined // unknown until loaded from the Clock object
let stoppedAt: number | undefined // epoch ms, for a stopped clock
let moves = 0

export const isKnown = (): boolean => offsetMs !== undefined

/** Sets the offset in milliseconds. A smaller offset than the current one is ignored, since the clock only moves forward. */
export function setOffset(milliseconds: number): void {
  offsetMs = Math.max(offsetMs ?? 0, milliseconds)
  if (stoppedAt !== undefined) stoppedAt = Math.max(stoppedAt, offsetMs)
  moves++
}

/** Stops the clock at a time (epoch ms). From then on an offset is the time itself. */
export function standStill(at: number): void {
  stoppedAt = at
}

export const offset = (): number => offsetMs ?? 0

/** Number of moves of the clock in this isolate. */
export const movesSoFar = (): number => moves

/** The offset with which the current time is `to` (epoch ms). */
export const offsetUntil = (to: number): number => (stoppedAt === undefined ? to - machineNow() : to)

/** Milliseconds by which this clock is ahead of the machine's, for times that the platform passes in. */
export const ahead = (): number => Date.now() - machineNow()

/** The machine's time (epoch ms) at which this clock reaches `at`, for the platform's alarms. */
export function onMachine(at: number): number {
  if (stoppedAt === undefined) return Math.max(1, at - offset())
  return at <= stoppedAt ? 1 : machineNow() + FAR_MS
}

Date.now = () => stoppedAt ?? machineNow() + offset()

/** `new Date()` and `Date()` use the moved time; dates from arguments are unchanged. */
globalThis.Date = new Proxy(Date, {
  construct: (date, given, as) => Reflect.construct(date, given.length === 0 ? [date.now()] : given, as),
  apply: (date) => new date(date.now()).toString(),
})

/** The bindings of a Worker in moved time: unchanged. */
export const envOf = <Env>(env: Env): Env => env
