import { DurableObject } from 'cloudflare:workers'
import { backoffMs } from '../../delivery/backoff.ts'
import { requireSettings, type Settings } from '../../env.ts'
import { transfersOf } from '../../objects.ts'
import { Database } from '../../storage/database.ts'
import type { Step } from '../../storage/migrate.ts'
import { chooseTransport } from '../../transports/select-transport.ts'
import { importDeps } from '../runtime-deps.ts'
import { askingPlace, importStep, openRange, type Range, STEP_OPERATIONS, STEP_PEOPLE, sealAsking } from './apply.ts'
import { askStep, confirmationPace, handful } from './confirmations.ts'
import { Unreadable } from './refusals.ts'
import { openPeople } from './sealed-rows.ts'
import { STAGING_TABLES } from './staging.ts'
import { ImportKept } from './state.ts'
import { type ImportTold, isOver, newStanding, type Offer, type Receipt, type Standing, told } from './status.ts'
import { TRANSFERS_TABLE, type Transfer, Transfers } from './transfers.ts'
import { hashOf, readToEnd, receive } from './upload.ts'

/** What the platform allows an invocation to ask of KV and of other objects together, less a margin for repeated writes. */
const OPERATIONS = 950
/** Milliseconds of one alarm: the next begins afresh with operations and processor time. */
const SLICE_MS = 20_000
/** Milliseconds without a byte, or between two parts, after which an upload is given up and what it staged is deleted. */
export const UPLOAD_WITHIN_MS = 3_600_000
/** Days the report can be read; it holds row numbers and reasons. The record of the import is kept. */
const REPORT_DAYS = 90
const DAY_MS = 86_400_000
/** Milliseconds until a record of transfers that could not be written is tried again. */
const NOTE_AGAIN_MS = 60_000

const STEPS: readonly Step[] = [
  { name: 'rows, reports and transfers', run: ({ sql }) => sql.exec(`${STAGING_TABLES}; ${TRANSFERS_TABLE}`) },
]

/** One per import: takes the list in, and works through it by alarm. The object named `transfers` keeps the record of all of them. */
export class Import extends DurableObject<Env> {
  readonly #db: Database // nothing is made before something is kept: asking after an import that never was leaves nothing behind
  readonly #state: ImportKept
  readonly #transfers: Transfers
  #range: Range | null = null
  #attempt = 0 // the upload that counts: a repetition overtakes one that hangs
  #heardAt = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS, 'written')
    this.#state = new ImportKept(this.#db)
    this.#transfers = new Transfers(this.#db)
  }

  /** Takes in a part of the list; without `more` it is the last, and the import begins. A part taken before is only compared. */
  async receive(offer: Offer, part: number, more: boolean, body: ReadableStream<Uint8Array>): Promise<Receipt> {
    const known = this.#state.standing
    const taken = known?.parts[part - 1]
    if (known !== undefined && taken !== undefined)
      return (await hashOf(body)) === taken.hash ? { kind: 'replayed', told: told(known) } : { kind: 'other-body' }
    const isNew = known === undefined || known.parts.length === 0
    if (known !== undefined && known.state !== 'receiving' && !(isNew && known.state === 'abandoned'))
      return { kind: 'closed' }
    const expected = (known?.parts.length ?? 0) + 1
    if (part !== expected) return { kind: 'out-of-order', expected }

    const attempt = ++this.#attempt
    this.#heardAt = Date.now()
    const standing = isNew ? newStanding(offer) : known
    this.#db.make()
    this.#state.dropPart(part, standing)
    await this.ctx.storage.setAlarm(Date.now() + UPLOAD_WITHIN_MS)
    await this.#note()
    try {
      await this.#take(standing, part, more, attempt, body)
    } catch (error) {
      if (attempt !== this.#attempt) return { kind: 'overtaken' }
      const receipt = await this.#giveUp(standing, part, error)
      await readToEnd(body)
      return receipt
    }
    await this.ctx.storage.setAlarm(Date.now() + (more ? UPLOAD_WITHIN_MS : 0))
    await this.#note()
    return { kind: 'received', told: told(this.#state.standing ?? standing) }
  }

  async #take(standing: Standing, part: number, more: boolean, attempt: number, body: ReadableStream<Uint8Array>) {
    const { keys, locales } = await requireSettings(this.env)
    const received = await receive(body, {
      standing,
      part,
      locales,
      keys,
      now: Date.now(),
      store: ({ staged, refused }) => {
        if (attempt !== this.#attempt) throw new Error('overtaken by a later upload')
        this.#heardAt = Date.now()
        this.#state.stage(part, staged, refused)
      },
    })
    if (attempt !== this.#attempt) throw new Error('overtaken by a later upload')
    const { counts } = standing
    this.#state.keep({
      ...standing,
      state: more ? 'receiving' : 'importing',
      parts: [...standing.parts, received.part],
      counts: { ...counts, people: counts.people + received.people, refused: counts.refused + received.refused },
      ignored: received.ignored,
      unspoken: standing.unspoken + received.unspoken,
    })
  }

  /** Nothing of a part that did not come whole is kept; an import without any other part is abandoned. */
  async #giveUp(standing: Standing, part: number, error: unknown): Promise<Receipt> {
    const unreadable = error instanceof Unreadable
    if (!unreadable) console.warn('import', standing.id, error instanceof Error ? error.message : error)
    const message = unreadable
      ? error.message
      : 'The upload broke off before its end: send it again. Nothing of it was imported.'
    this.#state.dropPart(part, { ...standing, problem: message })
    if (standing.parts.length === 0) this.#end({ ...standing, problem: message }, 'abandoned')
    else await this.ctx.storage.setAlarm(Date.now() + UPLOAD_WITHIN_MS)
    await this.#note()
    return { kind: unreadable ? 'unreadable' : 'broken-off', message }
  }

  /** Null for an import that never began, or whose report has been deleted. Looking wakes one that lost its alarm. */
  async told(): Promise<ImportTold | null> {
    if (this.#state.standing === undefined) return null
    if (!isOver(this.#state.standing) && (await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now())
    return told(this.#state.standing)
  }

  report(after: number, limit: number): Array<{ row: number; reason: string }> {
    return this.#state.standing === undefined ? [] : this.#state.staging.report(after, limit)
  }

  /** Nobody further is imported or asked. Who is in already stays. False when it is over. */
  async cancel(): Promise<ImportTold | false> {
    const standing = this.#state.standing
    if (standing === undefined || isOver(standing)) return false
    this.#attempt++ // an upload under way finds itself overtaken
    this.#end(standing, 'cancelled')
    await this.#note()
    return told(this.#state.standing ?? standing)
  }

  note(transfer: Transfer): void {
    this.#db.make()
    this.#transfers.note(transfer)
  }

  transfers(kind: Transfer['kind'] | null, before: string | null): Transfer[] {
    return this.#db.isMade() ? this.#transfers.list(kind, before) : []
  }

  transfer(id: string): Transfer | null {
    return this.#db.isMade() ? this.#transfers.find(id) : null
  }

  override async alarm(): Promise<void> {
    const standing = this.#state.standing
    if (standing === undefined) return
    try {
      if (standing.state === 'receiving') await this.#hearken(standing)
      else if (standing.state === 'importing') await this.#import(await requireSettings(this.env))
      else if (standing.state === 'confirming') await this.#ask(await requireSettings(this.env))
      else if (standing.finishedAt !== undefined && Date.now() >= standing.finishedAt + REPORT_DAYS * DAY_MS) {
        this.#state.forget()
        await this.ctx.storage.deleteAll()
        return
      }
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      console.error('import', standing.id, problem)
      const now = this.#state.standing ?? standing
      this.#state.keep({ ...now, problem: `waiting to try again: ${problem}`, tries: now.tries + 1 })
      await this.ctx.storage.setAlarm(Date.now() + backoffMs(now.tries, Math.random()))
    }
    await this.#note()
  }

  /** Whether an upload is still coming. */
  async #hearken(standing: Standing): Promise<void> {
    const silentMs = Date.now() - this.#heardAt
    if (silentMs < UPLOAD_WITHIN_MS) {
      await this.ctx.storage.setAlarm(Date.now() + UPLOAD_WITHIN_MS - silentMs)
      return
    }
    this.#attempt++
    const problem = 'The upload was not brought to its end within an hour. Nothing was imported.'
    this.#end({ ...standing, problem }, 'abandoned')
  }

  /** Those with proof of consent: as fast as the platform lets one invocation after the other. */
  async #import(settings: Settings): Promise<void> {
    const deps = importDeps(this.env, settings)
    const end = Date.now() + SLICE_MS
    for (let operations = 0; operations + STEP_OPERATIONS <= OPERATIONS && Date.now() < end; ) {
      const standing = this.#state.standing
      if (standing?.state !== 'importing') return
      this.#range ??= await openRange(this.#state.staging, settings.keys, standing)
      const range = this.#range
      if (range === null) return this.#imported(standing)
      const { done } = standing.cursor
      const people = range.people.slice(done, done + STEP_PEOPLE)
      if (people.length === 0) {
        this.#range = null
        this.#state.dropBuckets(range.until, standing)
        continue
      }
      const begun = this.#state.begin({ ...standing, cursor: { from: range.from, until: range.until, done } })
      const step = await importStep(people, begun, deps)
      const asking = await sealAsking(settings.keys, standing.id, this.#state.staging.nextSeq(), step.asking)
      operations += step.operations
      this.#state.settle(step, people.length, () => {
        if (asking !== null) this.#state.staging.queue(asking)
      })
    }
    await this.ctx.storage.setAlarm(Date.now())
  }

  async #imported(standing: Standing): Promise<void> {
    if (this.#state.staging.head() === null) return this.#end(standing, 'finished')
    this.#state.keep({ ...standing, state: 'confirming', cursor: { from: 0, until: 0, done: 0 } })
    await this.ctx.storage.setAlarm(Date.now())
  }

  /** The others, a handful at a time. */
  async #ask(settings: Settings): Promise<void> {
    const standing = this.#state.standing
    const head = this.#state.staging.head()
    if (standing?.state !== 'confirming') return
    if (head === null) return this.#end(standing, 'finished')
    const all = await openPeople(settings.keys, askingPlace(standing.id, head.seq), head.sealed)
    const { done } = standing.cursor
    const pace = confirmationPace(standing.perMinute, chooseTransport(settings, this.env, 'transactional'))
    const { people: count, pauseMs } = handful(pace, all.length - done)
    const people = all.slice(done, done + count)
    const begun = this.#state.begin(standing)
    const step = await askStep(people, begun, importDeps(this.env, settings))
    this.#state.settle(step, count, (after) => {
      if (after.cursor.done < all.length) return
      this.#state.staging.dropHead(head.seq)
      this.#state.keep({ ...after, cursor: { ...after.cursor, done: 0 } })
    })
    const isLast = this.#state.staging.head() === null
    await this.ctx.storage.setAlarm(Date.now() + (isLast || step.counts.confirming === 0 ? 0 : pauseMs))
  }

  #end(standing: Standing, state: 'finished' | 'abandoned' | 'cancelled'): void {
    this.#range = null
    this.#state.end(standing, state)
  }

  /** Tells the record of transfers how this one stands; one that is over also sets the time of its deletion. */
  async #note(): Promise<void> {
    const standing = this.#state.standing
    if (standing === undefined) return
    const { id, by, at, format, state, counts, finishedAt } = standing
    let next = (finishedAt ?? 0) + REPORT_DAYS * DAY_MS
    if (!this.#state.isNoted()) {
      try {
        await transfersOf(this.env).note({
          id,
          kind: 'import',
          by,
          at,
          format,
          state,
          counts,
          finishedAt: finishedAt ?? null,
          share: null,
        })
        this.#state.noted(standing)
      } catch (error) {
        console.error('import', id, error instanceof Error ? error.message : error)
        next = Date.now() + NOTE_AGAIN_MS
      }
    }
    if (isOver(standing)) await this.ctx.storage.setAlarm(next)
  }
}
