import * as z from 'zod'
import { template as templateSchema } from '../emails/template/template.ts'
import type { Database, StoredEntry } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import { ComplaintMonitor } from './complaints/complaint-monitor.ts'
import { type DispatchRequest, dispatchRequestSchema } from './dispatch-request.ts'
import { type DispatchState, dispatchStateSchema, initialDispatchState } from './dispatch-state.ts'
import { type MailSnapshot, mailSnapshotSchema } from './lane/lane-task.ts'
import type { QueuedNews } from './news/news.ts'

/** No migration steps: the object stores entries and has no tables. */
export const DISPATCH_STEPS: readonly MigrationStep[] = []

/**
 * The stored state of a dispatch. `mustNotify`: a lane or the registry may not know the state yet. `stateVersion` counts changes of state,
 * so that lanes ignore messages about an earlier state that arrive late.
 */
const storedStateSchema = z.object({ state: dispatchStateSchema, mustNotify: z.boolean(), stateVersion: z.int() })
const queuedNewsSchema = z.object({
  began: z.number().exactOptional(),
  paused: z.number().exactOptional(),
  finished: z.number().exactOptional(),
})
type StoredState = z.infer<typeof storedStateSchema>

/** Everything a dispatch stores: its request, its state, the mail snapshot of its lanes, and its complaint rates. */
export class DispatchStorage {
  readonly complaints: ComplaintMonitor
  readonly #db: Database
  readonly #requestEntry: StoredEntry<DispatchRequest>
  readonly #stateEntry: StoredEntry<StoredState>
  readonly #snapshotEntry: StoredEntry<z.infer<typeof mailSnapshotSchema>>
  readonly #terms: StoredEntry<string>
  readonly #queuedNews: StoredEntry<QueuedNews>
  #stored: StoredState | undefined

  constructor(db: Database) {
    this.#db = db
    this.#requestEntry = db.entry('request', dispatchRequestSchema)
    this.#stateEntry = db.entry('state', storedStateSchema)
    this.#snapshotEntry = db.entry('snapshot', mailSnapshotSchema)
    this.#terms = db.entry('terms', z.string())
    this.#queuedNews = db.entry('queued-news', queuedNewsSchema)
    this.complaints = new ComplaintMonitor(db)
    db.keepInSync(() => {
      this.#stored = this.#stateEntry.get()
    })
  }

  hasBegun = (): boolean => this.#stored !== undefined
  mustNotify = (): boolean => this.#stored?.mustNotify ?? false
  stateVersion = (): number => this.#stored?.stateVersion ?? 0

  begin(request: DispatchRequest): void {
    this.#db.transaction(() => {
      this.#requestEntry.put(request)
      this.#save({ state: initialDispatchState(request), mustNotify: false, stateVersion: 0 })
    })
  }

  /** What the organiser requested. @throws Error before the dispatch has begun. */
  request(): DispatchRequest {
    const request = this.#requestEntry.get()
    if (request === undefined) throw new Error('no such dispatch')
    return request
  }

  /** @throws Error before the dispatch has begun. */
  state(): DispatchState {
    return this.#current().state
  }

  /** Stores details that change without a change of phase: lanes need no message. */
  saveState(state: DispatchState): void {
    this.#save({ ...this.#current(), state })
  }

  /** Stores a state with another phase, as a new version that the lanes and the registry do not know yet. */
  changeState(state: DispatchState): void {
    this.#save({ state, mustNotify: true, stateVersion: this.stateVersion() + 1 })
  }

  /** Stores another start (epoch ms), which the registry does not know yet. */
  reschedule(sendAt: number): void {
    this.#db.transaction(() => {
      this.#requestEntry.put({ ...this.request(), sendAt })
      this.changeState(this.state())
    })
  }

  /** The news of which organisers have the mail. */
  queuedNews = (): QueuedNews => this.#queuedNews.get() ?? {}

  saveQueuedNews(queued: QueuedNews): void {
    this.#queuedNews.put(queued)
  }

  /** Deletes the addresses that get mails about this dispatch. */
  forgetNotify(): void {
    const { notify: _, ...request } = this.request()
    this.#requestEntry.put(request)
  }

  /** Records that all lanes and the registry know the current state. */
  markNotified(): void {
    this.#save({ ...this.#current(), mustNotify: false })
  }

  saveSnapshot({ templates, ...mail }: MailSnapshot): void {
    this.#db.transaction(() => {
      this.#snapshotEntry.put(mail)
      for (const [locale, template] of Object.entries(templates)) this.#template(locale).put(template)
    })
  }

  /** Deletes the text of the mails and who is named in it: templates, snapshot and accepted terms. */
  dropText(): void {
    this.#db.transaction(() => {
      for (const locale of this.#db.entries(TEMPLATE, z.unknown()).keys()) this.#template(locale).delete()
      this.#snapshotEntry.delete()
      this.#terms.delete()
    })
  }

  /** Deletes everything. */
  dropAll(): void {
    this.#db.transaction(() => {
      this.dropText()
      this.complaints.drop()
      this.#requestEntry.delete()
      this.#stateEntry.delete()
      this.#queuedNews.delete()
    })
    this.#stored = undefined
  }

  hasText = (): boolean => this.snapshotTerms() !== undefined

  /** The mail snapshot; undefined before the dispatch has started. */
  snapshot(): MailSnapshot | undefined {
    const mail = this.#snapshotEntry.get()
    return mail && { ...mail, templates: Object.fromEntries(this.#db.entries(TEMPLATE, templateSchema)) }
  }

  /** The mail snapshot. @throws Error before the dispatch has started. */
  startedMail(): MailSnapshot {
    const mail = this.snapshot()
    if (mail === undefined) throw new Error('this dispatch has not started')
    return mail
  }

  /** The terms of the mail snapshot (`MailSource.terms`); undefined before the dispatch has started. */
  snapshotTerms(): string | undefined {
    return this.#snapshotEntry.get()?.terms
  }

  /** The terms that an organiser accepted last, by starting or resuming the dispatch; undefined before it has started. */
  acceptedTerms(): string | undefined {
    return this.#terms.get() ?? this.snapshotTerms()
  }

  acceptTerms(terms: string): void {
    this.#terms.put(terms)
  }

  #template(locale: string) {
    return this.#db.entry(TEMPLATE + locale, templateSchema)
  }

  #current(): StoredState {
    if (this.#stored === undefined) throw new Error('no such dispatch')
    return this.#stored
  }

  #save(stored: StoredState): void {
    this.#stateEntry.put(stored)
    this.#stored = stored
  }
}

const TEMPLATE = 'template/'
