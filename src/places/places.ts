import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import { MINUTE_MS } from '../kit/durations.ts'
import { errorMessage } from '../kit/result.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import { Database, type StoredEntry } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import { ERASURE_TABLE, type Erasure, ErasureTable } from './erasure-table.ts'
import { type FoundPage, findInPlaces } from './find-person.ts'
import { firstEntries } from './first-entries.ts'
import { LISTED_PLACES, type SoughtPerson } from './place-kinds.ts'
import { keyOf, type ListedKind, PLACE_TABLE, PlaceTable } from './place-table.ts'
import { PLACES_AT_ONCE, pauseMs, runErasure, TRIES_BEFORE_NOTICE } from './run-erasure.ts'

const STEPS: readonly MigrationStep[] = [
  { name: 'places and erasures', run: ({ sql }) => sql.exec(`${PLACE_TABLE}; ${ERASURE_TABLE}`) },
]

/** Campaigns that are told of a stop of everything. An invocation may make 1,000 requests to objects, and dispatches need some. */
const CAMPAIGNS_AT_MOST = 300

/** Milliseconds after which an erasure whose invocation was killed is taken up by the alarm. */
const TAKEN_UP_MS = MINUTE_MS

/**
 * Durable Object with the list of places: objects that may store something about people. One exists. Erasure, look-up and cron go
 * through the list, so a campaign that was removed is found too. It never lists people: a fingerprint is stored only while its erasure is
 * under way.
 */
export class Places extends DurableObject<Env> {
  readonly #table: PlaceTable
  readonly #erasures: ErasureTable
  readonly #isFilled: StoredEntry<boolean>
  readonly #wokenUntil: StoredEntry<string>

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const db = new Database(ctx, STEPS)
    this.#table = new PlaceTable(db)
    this.#erasures = new ErasureTable(db)
    this.#isFilled = db.entry('earlier-places-entered', z.boolean())
    this.#wokenUntil = db.entry('woken-until', z.string())
  }

  /** Enters an object that is about to store its first data about a person. Repeating it is harmless. */
  enter(kind: ListedKind, name: string): void {
    this.#table.enter(kind, name, Date.now())
  }

  /** Takes an object from the list, which has deleted everything. */
  leave(kind: ListedKind, name: string): void {
    this.#table.leave(kind, name)
  }

  /**
   * Deletes what places store about a person: within this call if at most `PLACES_AT_ONCE` places exist and all can do it now, else by
   * alarm. Returns whether everything is deleted.
   */
  async erase(person: SoughtPerson): Promise<'erased' | 'erasing'> {
    const again = person.mailbox === '' ? [] : [{ kind: 'mailbox' as const, name: person.mailbox }]
    const erasure: Erasure = { ...person, after: '', again, tries: 0 }
    this.#erasures.store(erasure, Date.now() + TAKEN_UP_MS)
    await this.#setAlarm()
    return (await this.#goOn(erasure)) ? 'erased' : 'erasing'
  }

  /** What places store about a person: the page of places after `after` (`''`: the first). */
  async find(person: SoughtPerson, after: string): Promise<FoundPage> {
    await this.#fill()
    const places = this.#table.after(after, PLACES_AT_ONCE)
    return findInPlaces(this.env, person, { places, isFirst: after === '', isLast: places.length < PLACES_AT_ONCE })
  }

  /** Slugs of campaigns in which anything was ever done, the newest. */
  async campaigns(): Promise<string[]> {
    await this.#fill()
    return this.#table.ofKind('campaign', CAMPAIGNS_AT_MOST).map(({ name }) => name)
  }

  /** Whether a campaign stores anything about a person. Other places are not asked: a stranger can cause this question. */
  async isInCampaigns(fingerprint: string): Promise<boolean> {
    await this.#fill()
    const campaigns = this.#table.ofKind('campaign', PLACES_AT_ONCE)
    const scope = { places: campaigns, isFirst: false, isLast: true }
    return (await findInPlaces(this.env, { fingerprint, mailbox: '' }, scope)).found.length > 0
  }

  /** Wakes objects that have lost their alarm, a page of places an hour. Places that store nothing leave the list. Called by cron. */
  async wake(): Promise<void> {
    await this.#fill()
    await this.#setAlarm()
    const places = this.#table.after(this.#wokenUntil.get() ?? '', PLACES_AT_ONCE)
    const last = places.at(-1)
    this.#wokenUntil.put(last === undefined || places.length < PLACES_AT_ONCE ? '' : keyOf(last))
    for (const place of places)
      try {
        if (!(await LISTED_PLACES[place.kind].wake(this.env, place.name))) this.#table.remove(place)
      } catch (error) {
        console.error('places', keyOf(place), errorMessage(error))
      }
  }

  override async alarm(): Promise<void> {
    for (const erasure of this.#erasures.due(Date.now()).slice(0, 1)) await this.#goOn(erasure)
    await this.#setAlarm()
  }

  /** Asks the next places of an erasure, and stores how far it has come. Returns whether it is done. */
  async #goOn(erasure: Erasure): Promise<boolean> {
    let next: Erasure | null
    try {
      await this.#fill()
      next = await runErasure(this.env, erasure, this.#table)
    } catch (error) {
      console.error('erasure', errorMessage(error))
      next = { ...erasure, tries: erasure.tries + 1 }
    }
    if (next === null) {
      this.#erasures.remove(erasure.fingerprint)
      return true
    }
    const isOnTheWay = next.after !== null && next.after !== erasure.after
    this.#erasures.store(next, Date.now() + (isOnTheWay ? 0 : pauseMs(next.tries)))
    await this.#setAlarm()
    if (next.tries === TRIES_BEFORE_NOTICE)
      await raiseNotice(this.env, { kind: 'erasure-incomplete', subject: next.again.at(0)?.kind ?? '' })
    return false
  }

  /** Enters the objects of versions before the list, once. */
  async #fill(): Promise<void> {
    if (this.#isFilled.get() === true) return
    for (const [kind, name] of await firstEntries(this.env)) this.#table.enter(kind, name, Date.now())
    this.#isFilled.put(true)
  }

  async #setAlarm(): Promise<void> {
    const next = this.#erasures.nextAt()
    if (next !== null) await this.ctx.storage.setAlarm(next)
  }
}
