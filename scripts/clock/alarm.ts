import * as z from 'zod'
import { StoredEntry } from '../../src/storage/database.ts'
import { movesSoFar, onMachine } from './time.ts'

/** Of the object's own storage: when its alarm is to ring, in moved time. No key of ours begins so. */
const RINGS_AT = 'moved-clock/rings-at'

/**
 * An object's alarm in moved time: what it was set to is kept beside the object's own state, and the platform's alarm follows the clock.
 * `note` tells whoever moves the clock that there is one, or none any more.
 */
export class Alarm {
  readonly #storage: DurableObjectStorage
  readonly #ringsAt: StoredEntry<number>
  readonly #note: (at: number | null) => Promise<void>
  #noted = Promise.resolve()

  constructor(storage: DurableObjectStorage, note: (at: number | null) => Promise<void>) {
    this.#storage = storage
    this.#ringsAt = new StoredEntry(storage.kv, RINGS_AT, z.number())
    this.#note = note
  }

  at(): number | null {
    return this.#ringsAt.get() ?? null
  }

  /** Set together with what the object has just written, and noted after: a clock that moves between the two is seen here. */
  async set(at: number): Promise<void> {
    const then = movesSoFar()
    this.#ringsAt.put(at)
    await this.#storage.setAlarm(onMachine(at))
    await this.tell()
    if (movesSoFar() !== then) await this.follow()
  }

  async delete(): Promise<void> {
    this.#ringsAt.delete()
    await this.#storage.deleteAlarm()
    await this.tell()
  }

  /** The object is in memory again: its last note may have died with the runtime, and a move that came after it not have reached it. */
  async remember(): Promise<void> {
    await this.tell()
    if ((this.at() ?? 0) > Date.now()) await this.follow()
  }

  /** The clock has been moved: what is due rings at once. */
  async follow(): Promise<void> {
    const at = this.at()
    if (at === null) await this.tell()
    else await this.#storage.setAlarm(onMachine(at))
  }

  /** The platform's alarm has rung. While it is answered there is none, as without us; one that fails is rung again by the platform. */
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
    await this.tell()
  }

  /** One note after the other, each of what is true by then: an alarm may have rung and be set anew before the first is taken. */
  tell(): Promise<void> {
    this.#noted = this.#noted.catch(() => {}).then(() => this.#note(this.at()))
    return this.#noted
  }
}

/** Storage whose alarms are those of the moved clock. Transactions that would set one are refused: nothing here has any. */
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
