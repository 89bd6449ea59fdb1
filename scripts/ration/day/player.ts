/** Plays acts over a day of the moved clock. An act is a generator: it does a step, then waits for some minutes of the day. */

import { setTimeout as delay } from 'node:timers/promises'
import { MINUTE_MS } from '../../../src/kit/durations.ts'
import { errorMessage } from '../../../src/kit/result.ts'
import type { RationedServer } from '../server.ts'

/** Yields milliseconds of the day to wait before the next step. */
export type Act = AsyncGenerator<number, void>

/** Steps at the same time: as many as keep two cores busy. */
const TOGETHER = 6
const SETTLED_WITHIN_MS = 120_000
const POLL_EVERY_MS = 5
/** Polls after which an alarm that is still due is set anew. */
const RESET_EVERY = 20
const CRON = '* * * * *'

type Planned = { at: number; name: string; act: Pick<Act, 'next'> }

export class Player {
  readonly #server: RationedServer
  readonly #planned: Planned[] = []
  readonly #onTime: (at: number) => void
  /** What went wrong in steps, by act. */
  readonly faults: string[] = []

  /** `onTime`: called with the day's time (epoch ms) whenever it moves. */
  constructor(server: RationedServer, onTime: (at: number) => void) {
    this.#server = server
    this.#onTime = onTime
  }

  /** Plans an act to begin at a time (epoch ms). */
  plan(at: number, name: string, act: Act): void {
    this.#planned.push({ at, name, act })
  }

  /** Plans an act of one step. */
  once(at: number, name: string, step: () => Promise<void>): void {
    const next = async () => {
      await step()
      return { done: true, value: undefined } as const
    }
    this.#planned.push({ at, name, act: { next } })
  }

  /** Plays minute by minute from one time to another, with the cron trigger. `onMinute`: called after each minute. */
  async play(from: number, to: number, onMinute: (at: number) => void = () => {}): Promise<void> {
    for (let minute = from; minute < to; minute += MINUTE_MS) {
      await this.#moveTo(minute)
      await (await this.#server.miniflare.getWorker()).scheduled({ cron: CRON })
      await this.#settle()
      await this.#steps(minute + MINUTE_MS)
      onMinute(minute)
    }
    await this.#moveTo(to)
    await this.#settle()
  }

  /** Plays without the cron trigger, and skips minutes in which nobody does anything. */
  async playQuickly(from: number, to: number): Promise<void> {
    for (let minute = from; minute < to; ) {
      await this.#moveTo(minute)
      await this.#settle()
      await this.#steps(minute + MINUTE_MS)
      const next = Math.min(to, ...this.#planned.map(({ at }) => at))
      minute += MINUTE_MS * Math.max(1, Math.floor((next - minute) / MINUTE_MS))
    }
    await this.#moveTo(to)
    await this.#settle()
  }

  async #moveTo(at: number): Promise<void> {
    this.#onTime(at)
    await this.#server.clock.moveAtLeastTo(at)
  }

  /** Does all steps that are due before `end`, in their order, some at the same time. */
  async #steps(end: number): Promise<void> {
    for (;;) {
      const due = this.#planned.filter(({ at }) => at < end).sort((a, b) => a.at - b.at)
      if (due.length === 0) return
      const later = this.#planned.filter(({ at }) => at >= end)
      this.#planned.splice(0, this.#planned.length, ...later)
      const queue = due[Symbol.iterator]()
      const work = async () => {
        for (const one of queue) await this.#step(one)
      }
      await Promise.all(Array.from({ length: TOGETHER }, work))
    }
  }

  async #step({ at, name, act }: Planned): Promise<void> {
    this.#onTime(at)
    try {
      const { done, value } = await act.next()
      if (done !== true) this.#planned.push({ at: at + value, name, act })
    } catch (error) {
      this.faults.push(`${name} at ${new Date(at).toISOString().slice(11, 16)}: ${errorMessage(error)}`)
    }
  }

  /** Waits until no alarm is due and no request runs. */
  async #settle(): Promise<void> {
    const deadline = performance.now() + SETTLED_WITHIN_MS
    for (let polls = 1; ; polls++, await delay(POLL_EVERY_MS)) {
      const { now, next, busy } = await this.#server.clock.time()
      const isDue = next !== null && next <= now
      if (!isDue && busy === 0) return
      if (isDue && polls % RESET_EVERY === 0) await this.#server.clock.moveAtLeastTo(now)
      if (performance.now() > deadline) throw new Error(`an alarm is still due after ${SETTLED_WITHIN_MS / 1_000} s`)
    }
  }
}
