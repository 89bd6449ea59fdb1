/** The time of this isolate: the machine's, moved. Imported before anything that reads a clock. */

const machineNow = Date.now.bind(Date)

let offsetMs: number | undefined // unknown until somebody has asked the object that keeps it

export const isKnown = (): boolean => offsetMs !== undefined

/** It only grows: whoever comes with an older one has been overtaken. */
export function setOffset(milliseconds: number): void {
  offsetMs = Math.max(offsetMs ?? 0, milliseconds)
}

export const offset = (): number => offsetMs ?? 0

/** The offset by which it is `to` now, in epoch milliseconds. */
export const offsetUntil = (to: number): number => to - machineNow()

/** The machine's time at which it will be `at` here: what the platform's alarms are set to. */
export const onMachine = (at: number): number => Math.max(1, at - offset())

Date.now = () => machineNow() + offset()

/** Everything that is made of a given time stays as it is; `new Date()` and `Date()` are now. */
globalThis.Date = new Proxy(Date, {
  construct: (date, given, as) => Reflect.construct(date, given.length === 0 ? [date.now()] : given, as),
  apply: (date) => new date(date.now()).toString(),
})
