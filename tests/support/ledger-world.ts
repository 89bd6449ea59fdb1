import { type Head, newHead } from '../../src/dispatch/batch.ts'
import { countMarks, noCounts } from '../../src/dispatch/counts.ts'
import type { PauseReason } from '../../src/dispatch/order.ts'
import { type SendDeps, type SliceEnd, sendSlice } from '../../src/dispatch/send.ts'
import { utf8 } from '../../src/kit/bytes.ts'
import type { Outcome } from '../../src/transports/transport.ts'

/** The runtime is gone at this instruction: nothing after it runs, and what was not stored is lost. */
export class Crash extends Error {}

/** What a provider does with one call. `lost` outcomes are those nobody hears of. */
export type Behaviour =
  | 'accept'
  | 'accept-then-cut' // takes the mails, and the connection is cut before the answer
  | 'cut-before' // takes nothing, and the connection is cut
  | 'refuse-for-now'
  | 'refuse-one'
  | 'refuse-all'
  | 'quota'
  | 'nonsense'

/**
 * A dispatch's lane without a platform: rows that survive a crash, a provider that keeps the truth of who got what, a clock that only
 * moves when told. Crashes can be ordered for any of the instructions that touch the outside.
 */
export class LedgerWorld {
  readonly rows = new Map<number, { head: Head; people: string[] }>()
  readonly received = new Map<string, number>()
  readonly callsAfterHold: string[] = []
  readonly departed = new Set<string>()
  readonly barred = new Set<string>()
  clock = 1_000_000
  /** Changes when a deploy or another account would make the same batch another call. */
  deployed = 1
  held = false
  hindrance: PauseReason | null = null
  crashAfter = Number.POSITIVE_INFINITY
  holdAfter = Number.POSITIVE_INFINITY
  readonly idempotencySeconds: number
  readonly #answers = new Map<string, { body: string; outcome: Outcome | Outcome[] }>()
  readonly #behave: (people: string[]) => Behaviour
  readonly #random: () => number
  #steps = 0
  #memory = new Map<number, Head>()

  constructor(
    batches: number[],
    idempotencySeconds: number,
    behave: (people: string[]) => Behaviour,
    random: () => number = () => 0.5,
  ) {
    this.idempotencySeconds = idempotencySeconds
    this.#behave = behave
    this.#random = random
    for (const [i, size] of batches.entries()) {
      const people = Array.from({ length: size }, (_, person) => `p${i}-${person}`)
      this.rows.set(i + 1, { head: newHead(i + 1, 'en', size), people })
    }
    this.boot()
  }

  /** A new instance on the same rows. */
  boot(): void {
    this.#memory = new Map([...this.rows].map(([id, { head }]) => [id, head]))
  }

  /** What another event does to a batch while the loop waits. */
  replace(id: number, change: (head: Head) => Head): void {
    const row = this.rows.get(id)
    if (row !== undefined) this.#store(change(row.head))
  }

  counts() {
    const counts = noCounts()
    for (const { head } of this.rows.values()) countMarks(counts, head.marks)
    return counts
  }

  peopleMarked(mark: string): string[] {
    return [...this.rows.values()].flatMap(({ head, people }) =>
      people.filter((_, position) => head.marks[position] === mark),
    )
  }

  slice(): Promise<SliceEnd> {
    return sendSlice(this.#deps())
  }

  /** Runs slices, restarting after crashes and letting time pass, until nothing is left to do by itself. */
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
    throw new Error('the lane never came to an end')
  }

  #step(): void {
    this.#steps++
    if (this.#steps === this.crashAfter) throw new Crash()
  }

  /** A pause can arrive only where the loop waits for something. */
  async #await(): Promise<void> {
    this.#step()
    if (this.#steps >= this.holdAfter) {
      this.held = true
      this.holdAfter = Number.POSITIVE_INFINITY
    }
  }

  #deps(): SendDeps {
    return {
      now: () => this.clock,
      random: this.#random,
      mayGoOn: () => !this.held,
      hindrance: () => this.hindrance,
      idempotencySeconds: this.idempotencySeconds,
      due: () => [...this.#memory.values()].filter(({ state }) => state === 'waiting' || state === 'attempted'),
      head: (id) => this.#memory.get(id),
      people: (id) => this.rows.get(id)?.people ?? [],
      save: (head) => {
        this.#step()
        this.#store(head)
        this.#step()
      },
      split: async (head) => this.#split(head),
      leave: async () => {
        await this.#await()
        return 0
      },
      suppressed: async (people) => {
        await this.#await()
        return new Set(people.filter((person) => this.departed.has(person)))
      },
      compose: async (head, positions) => {
        await this.#await()
        const all = this.rows.get(head.id)?.people ?? []
        const barred = positions.filter((position) => this.barred.has(all[position] ?? ''))
        const people = positions.filter((position) => !barred.includes(position)).map((position) => all[position] ?? '')
        const body = utf8(people.join(' '))
        return { call: { body, people: people.length }, hash: `${this.deployed} ${people.join(' ')}`, barred }
      },
      send: async (call, key) => {
        if (this.held) this.callsAfterHold.push(key)
        await this.#await()
        const outcome = this.#provide(key, new TextDecoder().decode(call.body))
        this.#step()
        return outcome
      },
      keyOf: (head) => `${head.id}/${head.generation}`,
    }
  }

  #store(head: Head): void {
    const row = this.rows.get(head.id)
    if (row === undefined) throw new Error(`no batch ${head.id}`)
    this.rows.set(head.id, { ...row, head })
    this.#memory.set(head.id, head)
  }

  #split(head: Head): void {
    const row = this.rows.get(head.id)
    if (row === undefined) throw new Error(`no batch ${head.id}`)
    this.#step()
    const firstId = Math.max(...this.rows.keys()) + 1
    const middle = Math.ceil(row.people.length / 2)
    this.rows.delete(head.id)
    this.#memory.delete(head.id)
    for (const [i, people] of [row.people.slice(0, middle), row.people.slice(middle)].entries()) {
      const half = {
        ...newHead(firstId + i, head.locale, people.length),
        marks: head.marks.slice(i * middle, i * middle + people.length),
      }
      this.rows.set(half.id, { head: half, people })
      this.#memory.set(half.id, half)
    }
  }

  /** The provider: with a promise of idempotency it remembers keys, without one it takes every call anew. */
  #provide(key: string, body: string): Outcome | Outcome[] {
    const people = body.split(' ')
    const behaviour = this.#behave(people)
    // Limits and quotas are looked at before the key is: such a refusal says nothing of an earlier call.
    if (behaviour === 'refuse-for-now') {
      return { kind: 'refused', permanent: false, reason: 'rate-limited', retryAfterSeconds: 2 }
    }
    if (behaviour === 'quota') return { kind: 'refused', permanent: false, reason: 'quota', detail: 'used up' }
    const known = this.#answers.get(key)
    if (this.idempotencySeconds > 0 && known !== undefined) {
      return known.body === body ? known.outcome : { kind: 'unknown', reason: 'invalid_idempotent_request' }
    }
    const take = (taken: string[]) => {
      for (const person of taken) this.received.set(person, (this.received.get(person) ?? 0) + 1)
    }
    const remember = (outcome: Outcome | Outcome[]) => {
      this.#answers.set(key, { body, outcome })
      return outcome
    }
    switch (behaviour) {
      case 'accept':
        take(people)
        return remember(people.map((person) => ({ kind: 'accepted', reference: person })))
      case 'accept-then-cut':
        take(people)
        remember({ kind: 'accepted' })
        return { kind: 'unknown', reason: 'cut' }
      case 'cut-before':
        return { kind: 'unknown', reason: 'cut' }
      case 'nonsense':
        take(people)
        remember({ kind: 'accepted' })
        return [{ kind: 'accepted' }, ...people.map((): Outcome => ({ kind: 'accepted' }))]
      case 'refuse-one': {
        take(people.slice(1))
        return remember(
          people.map(
            (_, i): Outcome =>
              i === 0 ? { kind: 'refused', permanent: true, reason: 'bad-address' } : { kind: 'accepted' },
          ),
        )
      }
      case 'refuse-all':
        return { kind: 'refused', permanent: true, reason: 'invalid-content' }
    }
  }
}
