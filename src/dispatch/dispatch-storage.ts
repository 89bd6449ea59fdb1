import * as z from 'zod'
import { type Campaign, campaign as campaignSchema } from '../campaigns/campaign.ts'
import { template as templateSchema } from '../emails/template/template.ts'
import type { Database, Entry } from '../storage/database.ts'
import type { Step } from '../storage/migrate.ts'
import { RateWatch } from './complaint-monitor.ts'
import { type Order, orderSchema } from './dispatch-request.ts'
import { initialStanding, type Standing, standingSchema } from './dispatch-state.ts'
import { type FrozenMail, frozenSchema } from './lane/lane-task.ts'

/** It has no tables. */
export const DISPATCH_STEPS: readonly Step[] = []

/**
 * `untold`: a lane may not know the present state yet. `turn` counts changes of state: lanes ignore what was said in an earlier one and
 * arrives late.
 */
const keptSchema = z.object({ standing: standingSchema, untold: z.boolean(), turn: z.int() })
type Kept = z.infer<typeof keptSchema>

/** Everything a dispatch keeps: its order, how it stands, what its lanes send, and its rates. */
export class DispatchKept {
  readonly rates: RateWatch
  readonly #db: Database
  readonly #order: Entry<Order>
  readonly #kept: Entry<Kept>
  readonly #mail: Entry<z.infer<typeof frozenSchema>>
  readonly #looked: Entry<Campaign>
  #known: Kept | undefined

  constructor(db: Database) {
    this.#db = db
    this.#order = db.entry('order', orderSchema)
    this.#kept = db.entry('standing', keptSchema)
    this.#mail = db.entry('mail', frozenSchema)
    this.#looked = db.entry('looked', campaignSchema)
    this.rates = new RateWatch(db)
    db.remember(() => {
      this.#known = this.#kept.get()
    })
  }

  hasBegun = (): boolean => this.#known !== undefined
  isUntold = (): boolean => this.#known?.untold ?? false
  turn = (): number => this.#known?.turn ?? 0

  begin(order: Order): void {
    this.#db.transaction(() => {
      this.#order.put(order)
      this.#keep({ standing: initialStanding(order), untold: false, turn: 0 })
    })
  }

  /** @throws Error before it has begun. */
  order(): Order {
    const order = this.#order.get()
    if (order === undefined) throw new Error('no such dispatch')
    return order
  }

  /** How it stands. @throws Error before it has begun. */
  standing(): Standing {
    return this.#now().standing
  }

  /** In the same state. */
  keep(standing: Standing): void {
    this.#keep({ ...this.#now(), standing })
  }

  /** In another state: another turn, of which no lane knows yet. */
  turnTo(standing: Standing): void {
    this.#keep({ standing, untold: true, turn: this.turn() + 1 })
  }

  /** Every lane knows. */
  told(): void {
    this.#keep({ ...this.#now(), untold: false })
  }

  freeze({ templates, ...mail }: FrozenMail): void {
    this.#db.transaction(() => {
      this.#mail.put(mail)
      for (const [locale, template] of Object.entries(templates)) this.#template(locale).put(template)
    })
  }

  /** What the lanes send; undefined before the dispatch has started. */
  mail(): FrozenMail | undefined {
    const mail = this.#mail.get()
    return mail && { ...mail, templates: Object.fromEntries(this.#db.entries(TEMPLATE, templateSchema)) }
  }

  /** The campaign in what the lanes send. */
  frozenCampaign(): Campaign | undefined {
    return this.#mail.get()?.campaign
  }

  /** The campaign that somebody has looked at last: when the dispatch started, or was resumed. */
  lookedAt(): Campaign | undefined {
    return this.#looked.get() ?? this.frozenCampaign()
  }

  look(campaign: Campaign): void {
    this.#looked.put(campaign)
  }

  #template(locale: string) {
    return this.#db.entry(TEMPLATE + locale, templateSchema)
  }

  #now(): Kept {
    if (this.#known === undefined) throw new Error('no such dispatch')
    return this.#known
  }

  #keep(kept: Kept): void {
    this.#kept.put(kept)
    this.#known = kept
  }
}

const TEMPLATE = 'template/'
