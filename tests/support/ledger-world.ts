import { type BatchHeader, halve, newBatchHeader, waitingPositions } from '../../src/delivery/batch.ts'
import { countStatuses, noCounts } from '../../src/delivery/counts.ts'
import type { MailStream } from '../../src/delivery/mail-stream.ts'
import type { PauseReason } from '../../src/delivery/pause-reason.ts'
import { meterTransport } from '../../src/delivery/quota/metered-transport.ts'
import type { RecipientStatus } from '../../src/delivery/recipient-statuses.ts'
import { SuspectedRefusals } from '../../src/delivery/refusals/suspected-refusals.ts'
import { sendSlice } from '../../src/delivery/send-loop.ts'
import type { SliceEnd } from '../../src/delivery/send-world.ts'
import { roomIn } from '../../src/dispatch/lane/hold.ts'
import { fakeMail, fakeTransport } from './fake-transport.ts'
import { type Behaviour, Provider } from './provider.ts'

export type { Behaviour } from './provider.ts'

/** Thrown where the runtime is killed: nothing after that step runs, and unsaved state is lost. */
export class Crash extends Error {}

/**
 * Simulates a dispatch's lane without the platform: rows that survive a crash, providers that count each person's mails,
 * and a manual clock. A crash can be planned for any step that touches storage or the network.
 */
export class LedgerWorld {
  readonly rows = new Map<number, { head: BatchHeader; people: string[] }>()
  readonly received: Map<string, number>
  /** Every mail that was composed: the date of its call, and the time at which it was composed. */
  readonly composed: Array<{ batch: number; generation: number; again: boolean; at: number; clock: number }> = []
  readonly callsAfterHold: string[] = []
  readonly suppressed = new Set<string>()
  readonly barred = new Set<string>()
  openCalls = new Set<number>()
  clock = 1_000_000
  /** Part of the account's name. Change the number to simulate a deployment that composes a batch differently. */
  deployed = 1
  held = false
  /** How many people may be handed over before the lane stops; undefined for no limit. */
  handOver: number | undefined
  blockedBy: PauseReason | null = null
  /** Calls with an answer of which the stream was informed. */
  answered = 0
  /** Awaited wherever the loop waits for something outside: a test can let other things happen meanwhile. */
  turn: () => Promise<void> = async () => {}
  /** Runs while a refused batch is being halved. */
  whileHalving: () => void = () => {}
  /** Runs while the loop waits for the mail of a batch. */
  whileComposing: () => void = () => {}
  crashAfter = Number.POSITIVE_INFINITY
  holdAfter = Number.POSITIVE_INFINITY
  /** The main provider, then the failover if there is one. */
  readonly providers: Provider[]
  readonly #random: () => number
  #suspected = new SuspectedRefusals()
  #steps = 0
  #memory = new Map<number, BatchHeader>()

  constructor(
    batches: number[],
    idempotencySeconds: number,
    behave: (people: string[]) => Behaviour,
    random: () => number = () => 0.5,
    fallback?: { idempotencySeconds: number; behave: (people: string[]) => Behaviour },
    received = new Map<string, number>(),
  ) {
    this.#random = random
    this.received = received
    this.providers = [{ idempotencySeconds, behave }, ...(fallback ? [fallback] : [])].map(
      (kind, i) => new Provider(i === 0 ? 'main' : 'fallback', kind, this.received),
    )
    for (const [i, size] of batches.entries()) {
      const people = Array.from({ length: size }, (_, person) => `p${i}-${person}`)
      this.rows.set(i + 1, { head: newBatchHeader(i + 1, 'en', size), people })
    }
    this.boot()
  }

  /** Restarts the lane with a new instance on the same rows, as after a crash. */
  boot(): void {
    this.#suspected = new SuspectedRefusals()
    this.openCalls = new Set()
    this.#memory = new Map([...this.rows].map(([id, { head }]) => [id, head]))
    for (const provider of this.providers) provider.boot(this.clock)
  }

  /** Changes a batch as another event would while the send loop waits. */
  replace(id: number, change: (head: BatchHeader) => BatchHeader): void {
    const row = this.rows.get(id)
    if (row !== undefined) this.#store(change(row.head))
  }

  /** Adds a batch of these people, as planning does. */
  add(people: string[]): void {
    const id = Math.max(0, ...this.rows.keys()) + 1
    const head = newBatchHeader(id, 'en', people.length)
    this.rows.set(id, { head, people })
    this.#memory.set(id, head)
  }

  /** Plans a crash after so many further steps, or none. */
  crashIn(steps: number | undefined): void {
    this.crashAfter = steps === undefined ? Number.POSITIVE_INFINITY : this.#steps + steps
  }

  counts() {
    const counts = noCounts()
    for (const { head } of this.rows.values()) countStatuses(counts, head.statuses)
    return counts
  }

  peopleWith(status: RecipientStatus): string[] {
    return [...this.rows.values()].flatMap(({ head, people }) =>
      people.filter((_, position) => head.statuses.at(position) === status),
    )
  }

  async slice(): Promise<SliceEnd> {
    const transports = this.providers.map((provider) => this.#metered(provider))
    const end = await sendSlice(this.#stream(), {
      now: () => this.clock,
      random: this.#random,
      sleep: async (milliseconds) => {
        this.clock += milliseconds
      },
      mayGoOn: () => !this.held,
      blockedBy: () => this.blockedBy,
      transports,
      suspected: this.#suspected,
      room: this.handOver === undefined ? undefined : () => roomIn(this.#ledger(), this.handOver ?? 0),
    })
    for (const transport of transports) await transport.flush()
    return end
  }

  #ledger() {
    const open = [...this.#memory.values()].filter(({ state }) => state === 'waiting' || state === 'attempted')
    return { counts: () => ({ counts: this.counts(), perGroup: {} }), due: () => open.values() }
  }

  /** All calls to the providers in order, with the people of each call and the answer that the lane got. */
  get calls() {
    return this.providers.flatMap((provider) => provider.calls).sort((a, b) => a.nth - b.nth)
  }

  /** Runs slices, restarting after crashes and advancing the clock, until the lane stops or is done. @throws Error after `limit` slices. */
  async run(limit = 2_000): Promise<SliceEnd> {
    for (let turn = 0; turn < limit; turn++) {
      try {
        const end = await this.slice()
        if (end.kind !== 'later') return end
        this.clock = Math.max(this.clock + 1, end.at)
      } catch (error) {
        if (!(error instanceof Crash)) throw error
        this.boot()
      }
    }
    throw new Error('the lane did not end')
  }

  #step(): void {
    this.#steps++
    if (this.#steps === this.crashAfter) throw new Crash()
  }

  /** Counts a step at which a planned pause takes effect: pauses can arrive only where the loop awaits. */
  async #await(): Promise<void> {
    this.#step()
    await this.turn()
    if (this.#steps >= this.holdAfter) {
      this.held = true
      this.holdAfter = Number.POSITIVE_INFINITY
    }
  }

  #metered(provider: Provider) {
    return meterTransport({
      transport: fakeTransport({
        name: provider.name,
        idempotencySeconds: provider.idempotencySeconds,
        ...provider.limits,
        account: async () => `${this.deployed} ${provider.name}`,
        send: async (call, key) => {
          if (this.held) this.callsAfterHold.push(key)
          await this.#await()
          const outcome = provider.provide(key, new TextDecoder().decode(call.body))
          this.#step()
          await this.turn()
          return outcome
        },
      }),
      quota: {
        acquire: async (ask) => {
          await this.#await()
          return provider.acquire(ask, this.clock, this.#random)
        },
        report: async (reports) => provider.report(reports, this.clock, this.#random),
        confirm: async () => true,
      },
      request: { who: 'lane' },
      hasFallback: this.providers.length > 1,
      onCall: () => {},
    })
  }

  #stream(): MailStream<string[]> {
    const isIn = (some: ReadonlySet<string>, people: string[]) => (position: number) => some.has(people[position] ?? '')
    return {
      ledger: {
        due: () =>
          [...this.#memory.values()].filter(({ state }) => state === 'waiting' || state === 'attempted').values(),
        head: (id) => this.#memory.get(id),
        openCalls: this.openCalls,
        save: (head) => {
          this.#step()
          this.#store(head)
          this.#step()
        },
      },
      keyOf: (head) => `${head.id}/${head.generation}`,
      mailsIn: (head) => waitingPositions(head).length,
      read: (head) => this.rows.get(head.id)?.people ?? [],
      suppressed: async (people, positions) => {
        await this.#await()
        return new Set(positions.filter(isIn(this.suppressed, people)))
      },
      compose: async (head, people, positions, { at }) => {
        this.composed.push({
          batch: head.id,
          generation: head.generation,
          again: head.state === 'attempted',
          at,
          clock: this.clock,
        })
        await this.#await()
        this.whileComposing()
        const barred = positions.filter(isIn(this.barred, people))
        const carried = positions.filter((position) => !barred.includes(position))
        return { kind: 'composed', mail: fakeMail(carried.map((position) => people[position] ?? '')), barred }
      },
      outcomesOf: (answer) => answer,
      answered: () => {
        this.answered++
      },
      split: async (head, first) => {
        await this.turn()
        this.whileHalving()
        if (this.#memory.get(head.id)?.state === head.state) this.#split(head, first)
      },
    }
  }

  #store(head: BatchHeader): void {
    const row = this.rows.get(head.id)
    if (row === undefined) throw new Error(`no batch ${head.id}`)
    this.rows.set(head.id, { ...row, head })
    this.#memory.set(head.id, head)
  }

  #split(head: BatchHeader, first?: number): void {
    const row = this.rows.get(head.id)
    if (row === undefined) throw new Error(`no batch ${head.id}`)
    this.#step()
    const halves = halve(head, Math.max(...this.rows.keys()) + 1, first)
    this.rows.delete(head.id)
    this.#memory.delete(head.id)
    for (const { head: half, positions } of halves) {
      this.rows.set(half.id, { head: half, people: positions.map((position) => row.people[position] ?? '') })
      this.#memory.set(half.id, half)
    }
  }
}

/** Returns one behaviour per call from the list, then `accept`, so that every run ends. */
export const script = (behaviours: readonly Behaviour[]): (() => Behaviour) => {
  let call = 0
  return () => behaviours[call++] ?? 'accept'
}

/** Runs the lane with a crash after each of the given numbers of steps, then to the end. */
export async function runWithCrashes(world: LedgerWorld, crashes: readonly number[]): Promise<void> {
  let at = 0
  for (const steps of crashes) {
    at += steps
    world.crashAfter = at
    try {
      const end = await world.slice()
      if (end.kind === 'later') world.clock = end.at
    } catch (error) {
      if (!(error instanceof Crash)) throw error
      world.boot()
    }
  }
  world.crashAfter = Number.POSITIVE_INFINITY
  await finish(world)
}

/** How often the organiser resumes at most: more often than any list of behaviours refuses the account. */
const MOST_RESUMES = 200

/** Runs the lane to its end, with an organiser who resumes after every stop. @throws Error if the lane keeps stopping. */
export async function finish(world: LedgerWorld): Promise<void> {
  for (let turn = 0; turn < MOST_RESUMES; turn++) {
    if ((await world.run()).kind !== 'stopped') return
    world.clock += 60_000
    for (const provider of world.providers) provider.retryNow(world.clock)
  }
  throw new Error('the lane keeps stopping')
}
