import { cancel } from '../../src/delivery/batch.ts'
import type { FoundPerson } from '../../src/delivery/ledger.ts'
import { resolve } from '../../src/delivery/resolve-batches.ts'
import { PlanningWait } from '../../src/dispatch/lane/planning-wait.ts'
import { type Reach, type ReachRule, reachOf } from '../../src/dispatch/lane/reach.ts'
import { type Behaviour, Crash, LedgerWorld } from './ledger-world.ts'

/** People whom a simulated dispatch plans at once. */
const PAGE = 3
/** Milliseconds after which an organiser resumes a dispatch that has stopped. */
const RESUME_MS = 60_000

/** One dispatch of a simulated appeal, with one lane. It goes on only when the test lets it, so that everything can happen in between. */
export class SimulatedDispatch {
  readonly id: number
  readonly lane: LedgerWorld
  isOver = false
  isCancelled = false
  readonly #world: AppealWorld
  readonly #people: readonly string[]
  readonly #rule: ReachRule
  #planned = 0
  #claims = new Set<string>()
  #wait = new PlanningWait()
  #turn: { go(): void; die(): void } | undefined
  #blocked = Promise.withResolvers<void>()

  constructor(world: AppealWorld, people: readonly string[], rule: ReachRule) {
    this.id = world.dispatches.length
    this.#world = world
    this.#people = people
    this.#rule = rule
    this.lane = new LedgerWorld([], world.idempotencySeconds, world.behave, () => 0.5, undefined, world.received)
    this.lane.turn = () => this.#block()
    void this.#live()
  }

  /** Resolves once the dispatch waits for its next turn, or is over. */
  settled = (): Promise<void> => this.#blocked.promise

  /** Lets the dispatch go on to the next point at which it waits for something. `crash`: its runtime dies at this point instead. */
  async next(crash = false): Promise<void> {
    const turn = this.#turn
    if (turn === undefined) return
    this.#turn = undefined
    this.#blocked = Promise.withResolvers()
    if (crash) turn.die()
    else turn.go()
    await this.settled()
  }

  hold(held: boolean): void {
    if (!this.isCancelled) this.lane.held = held
  }

  cancel(): void {
    if (this.isOver) return
    this.isCancelled = true
    this.lane.held = true
    for (const [id, { head }] of [...this.lane.rows])
      if (head.state === 'waiting' || head.state === 'attempted') this.lane.replace(id, cancel)
  }

  /** Decides about all uncertain batches, as the provider's log shows them. Returns whether there were any. */
  decide(again: boolean): boolean {
    const uncertain = [...this.lane.rows].filter(([, { head }]) => head.state === 'uncertain')
    for (const [id, { head, people }] of uncertain) {
      if (this.lane.openCalls.has(id)) continue
      const open = people.filter((_, position) => head.statuses.at(position) === 'uncertain')
      const taken = open.filter((person) => this.lane.received.has(person)).length
      const events = people.map((person) => (this.lane.received.has(person) ? '1' : '0')).join('')
      const mayRepeat = again && taken === 0 && !this.isOver && !this.isCancelled
      const decision = taken === open.length ? 'count-as-sent' : mayRepeat ? 'send-again' : 'count-as-not-sent'
      this.lane.replace(
        id,
        (found) => resolve(found, head.generation, decision, this.lane.clock, events)?.next ?? found,
      )
    }
    return uncertain.length > 0
  }

  reachAmong(fingerprints: string[], rule: ReachRule): Reach {
    const found = [...this.lane.rows].flatMap(([id, { head, people }]) =>
      people.flatMap((fingerprint, position): FoundPerson[] =>
        fingerprints.includes(fingerprint) ? [{ id, position, fingerprint, status: head.statuses.at(position) }] : [],
      ),
    )
    const claimed = fingerprints.filter((one) => this.#claims.has(one))
    return { ...reachOf(found, this.lane.openCalls, rule), claimed }
  }

  #block(): Promise<void> {
    return new Promise((go, reject) => {
      this.#turn = { go, die: () => reject(new Crash()) }
      this.#blocked.resolve()
    })
  }

  async #live(): Promise<void> {
    while (!this.isOver) {
      try {
        await this.#work()
      } catch (error) {
        if (!(error instanceof Crash)) throw error
        this.lane.boot()
        this.#claims = new Set()
        this.#wait = new PlanningWait()
      }
    }
    this.#blocked.resolve()
  }

  async #work(): Promise<void> {
    await this.#block()
    if (this.isCancelled) this.isOver = true
    else if (!this.lane.held && this.#planned < this.#people.length) await this.#plan()
    else if (!this.lane.held) await this.#send()
  }

  /** Plans one page as `planPages` does: all questions first, then one commit. */
  async #plan(): Promise<void> {
    const page = this.#people.slice(this.#planned, this.#planned + PAGE)
    const reached = await this.#wait.reached([...page], {
      ask: async (people) => {
        const answers = []
        for (const other of this.#world.dispatches.filter((one) => one !== this)) {
          await this.#block()
          answers.push({ id: String(other.id), earlier: other.id < this.id, ...other.reachAmong(people, this.#rule) })
        }
        await this.#block()
        return answers
      },
      claims: this.#claims,
      mayGoOn: () => !this.lane.held,
      now: () => this.lane.clock,
      sleep: async (milliseconds) => {
        this.lane.clock += milliseconds
        await this.#block()
      },
    })
    this.#wait.takeOverdue(this.lane.clock) // an organiser resumes
    if (reached !== null) await this.#block() // sealing
    if (reached !== null && !this.lane.held) {
      const people = page.filter((person) => !reached.has(person))
      if (people.length > 0) this.lane.add(people)
      this.#planned += page.length
    }
    this.#claims.clear()
  }

  async #send(): Promise<void> {
    const end = await this.lane.slice()
    if (end.kind === 'later') this.lane.clock = Math.max(this.lane.clock + 1, end.at)
    if (end.kind === 'done') this.isOver = true
    if (end.kind !== 'stopped') return
    this.lane.clock += RESUME_MS
    for (const provider of this.lane.providers) provider.retryNow(this.lane.clock)
  }
}

/** Simulates all dispatches of one appeal, by a provider whose calls they share. */
export class AppealWorld {
  readonly dispatches: SimulatedDispatch[] = []
  readonly received = new Map<string, number>()
  readonly idempotencySeconds: number
  behave: (people: string[]) => Behaviour

  constructor(idempotencySeconds: number, behave: (people: string[]) => Behaviour) {
    this.idempotencySeconds = idempotencySeconds
    this.behave = behave
  }

  async open(people: readonly string[], rule: ReachRule): Promise<SimulatedDispatch> {
    const dispatch = new SimulatedDispatch(this, people, rule)
    this.dispatches.push(dispatch)
    await dispatch.settled()
    return dispatch
  }

  /** Lets all dispatches go on in turn until each is over. @throws Error if one never is */
  async finish(limit = 5_000): Promise<void> {
    for (const dispatch of this.dispatches) dispatch.hold(false)
    for (let turn = 0; this.dispatches.some(({ isOver }) => !isOver); turn++) {
      if (turn === limit) throw new Error('a dispatch did not end')
      for (const dispatch of this.dispatches) await dispatch.next()
    }
  }
}
