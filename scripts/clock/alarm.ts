import * as z from 'zod'
import { StoredEntry } from '../../src/storage/database.ts'
import { movesSoFar, onMachine } from './time.ts'

/** Key in the object's storage: the alarm's moved time. No key of the Worker has this prefix. */
const RINGS_AT = 'moved-clock/rings-at'

/**
 * An object's alarm in moved time. Stores the moved time beside the object's state and sets the platform's alarm accordingly. `note`
 * reports the current alarm, or null, to the Clock object.
 */
export class Alarm {
  readonly #storage: DurableObjectStorage
  readonly #ringsAt: StoredEntry<number>
  readonly #note: (at: number | null) => Promise<void>
  #reported = Promise.resolve()

  constructor(storage: DurableObjectStorage, note: (at: number | null) => Promise<void>) {
    this.#storage = storage
    this.#ringsAt = new StoredEntry(storage.kv, RINGS_AT, z.number())
    this.#note = note
  }

  at(): number | null {
    return this.#ringsAt.get() ?? null
  }

  /** Sets the alarm (epoch ms, moved) with the object's other writes, then reports it. A move of the clock in between is handled. */
  async set(at: number): Promise<void> {
    const then = movesSoFar()
    this.#ringsAt.put(at)
    await this.#storage.setAlarm(onMachine(at))
    await this.report()
    if (movesSoFar() !== then) await this.follow()
  }

  async delete(): Promise<void> {
    this.#ringsAt.delete()
    await this.#storage.deleteAlarm()
    await this.report()
  }

  /** Call when the object is loaded. The runtime may have been killed before the last report, or before a move reached the object. */
  async remember(): Promise<void> {
    if (this.at() === null) await this.#adopt()
    await this.report()
    if ((this.at() ?? 0) > Date.now()) await this.follow()
  }

  /** Takes over an alarm that the object set while its Worker had no movable clock. */
  async #adopt(): Promise<void> {
    const at = await this.#storage.getAlarm()
    if (at !== null) this.#ringsAt.put(at)
  }

  /** Call after a move of the clock: sets the platform's alarm anew, so that a due alarm fires at once. */
  async follow(): Promise<void> {
    const at = this.at()
    if (at === null) await this.report()
    else await this.#storage.setAlarm(onMachine(at))
  }

  /** Handles the platform's alarm with `answer`. As on the platform, no alarm is set meanwhile, and a failed one is retried. */
  async rung(answer: () => Promise<void>): Promise<void> {
    const at = this.at()
    if (at !== null && at > Date.now()) return this.follow()
    this.#ringsAt.delete()
    try {
      await answer()
    } catch (error) {
      if (this.at() === null && at !== null) this.#ringsAt.put(at)
      throw error
    }
    await this.report()
  }

  /** Reports the current alarm. Reports run one after another, since an alarm may fire and be set anew during a report. */
  report(): Promise<void> {
    this.#reported = this.#reported.catch(() => {}).then(() => this.#note(this.at()))
    return this.#reported
  }
}

/** The storage with alarms in moved time. Asynchronous transactions throw: their alarms would not be seen. */
export function movedStorage(storage: DurableObjectStorage, alarm: Alarm): DurableObjectStorage {
  const moved: Partial<DurableObjectStorage> = {
    setAlarm: (at) => alarm.set(Number(at)),
    getAlarm: async () => alarm.at(),
    deleteAlarm: () => alarm.delete(),
    transaction: () => {
      throw new Error('the moved clock does not see alarms of asynchronous transactions: use transactionSync')
    },
  }
  return new Proxy(storage, {
    get(target, name) {
      const own = Reflect.get(moved, name)
      if (own !== undefined) return own
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
