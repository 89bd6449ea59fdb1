import { DurableObject } from 'cloudflare:workers'
import { errorMessage } from '../kit/result.ts'
import { dispatchRegistryOf } from '../objects.ts'
import { Database } from '../storage/database.ts'
import { failures, StoredBackoff } from '../storage/stored-backoff.ts'
import type { Campaign } from './campaign.ts'
import { bundledCampaign } from './catalogue.ts'
import type { CampaignIndex } from './copies/campaign-index.ts'
import { forgetEarlier } from './copies/forget-earlier.ts'
import { firstFailureOf, noteFailure } from './copies/late-pages.ts'
import type { PageContent } from './copies/old-keys.ts'
import { PageWriter } from './copies/page-writer.ts'
import { PUBLICATION_STEPS, Publications } from './copies/publications.ts'
import { PublicationNotices } from './publication-notices.ts'
import { decidePublication } from './publish-decision.ts'
import { effectiveCampaign, type PublishedRecord } from './published.ts'

/** Milliseconds after which a publication that a crash interrupted goes on: longer than all attempts of one KV write take. */
const INTERRUPTED_MS = 20_000

/** Result of a request to publish. `paused` contains the ids of the dispatches that the publication paused. */
export type PublicationResult =
  | { kind: 'published'; isNew: boolean; paused: string[] }
  | { kind: 'other-revision'; current: string | null }

/**
 * Decides which revision of each campaign is current: one object, so that publications have an order. Dispatches read it here. Pages read
 * a copy in KV, which can be a minute old and which only this object writes.
 */
export class CampaignPublication extends DurableObject<Env> {
  readonly #notices = new PublicationNotices()
  readonly #publications: Publications
  readonly #pages: PageWriter
  readonly #backoff: StoredBackoff
  #making: Promise<boolean> | undefined // one index at a time

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const db = new Database(ctx, PUBLICATION_STEPS)
    this.#publications = new Publications(db)
    this.#pages = new PageWriter(db, env.CONTENT, this.#publications)
    this.#backoff = new StoredBackoff(db.entry('failures', failures))
  }

  /** The latest revision published at runtime, or null. A later deploy may have replaced this revision. */
  published(slug: string): PublishedRecord | null {
    return this.#publications.find(slug)
  }

  slugs(): string[] {
    return this.#pages.slugs()
  }

  /**
   * Makes a revision current immediately and pauses the dispatches of an earlier revision that are affected.
   * @param expected publish only if this revision is current now (`*`: any revision)
   */
  async publish(campaign: Campaign, expected?: string): Promise<PublicationResult> {
    const { slug } = campaign
    await this.#pages.ensure(slug)
    const [bundled, record] = [bundledCampaign(slug), this.published(slug)]
    const decided = decidePublication({ campaign, bundled, record, expected, now: Date.now() })
    if (decided.kind === 'other-revision') return decided
    this.#publications.store(decided.next)
    this.#pages.change(slug)
    await this.ctx.storage.setAlarm(Date.now() + INTERRUPTED_MS)
    const paused = await this.#deliver(slug)
    await this.#setAlarm()
    return { kind: 'published', isNew: decided.isNew, paused }
  }

  /** Takes what a campaign's page shows beside the campaign. It is written at an interval; with `urgent` without delay. */
  async updatePage(slug: string, { urgent, ...content }: Partial<PageContent> & { urgent: boolean }): Promise<void> {
    await this.#pages.update(slug, content, urgent)
    await this.#setAlarm()
  }

  /** Writes the index of campaigns to KV for a reader that found none. `stored` is false while KV refuses it. */
  async makeIndex(): Promise<{ index: CampaignIndex; stored: boolean }> {
    const rests = this.#backoff.until() > Date.now()
    if (!rests)
      this.#making ??= this.#attempt([() => this.#pages.makeIndex()]).finally(() => {
        this.#making = undefined
      })
    return { stored: !rests && (await this.#making) === true, index: this.#pages.index() }
  }

  /** Writes the pages that are due, and retries publications that a crash or a failure left undelivered. */
  override async alarm(): Promise<void> {
    const undelivered = this.#publications.undelivered().map((slug) => () => this.#deliver(slug))
    await this.#attempt([...undelivered, () => this.#pages.writeDue(Date.now())])
    await this.#notices.count(this.env, this.#publications.undelivered())
    await this.#setAlarm()
  }

  /** Sets the alarm again if something is undelivered or due and has none, or if its time has passed without a run. Runs every hour. */
  async wake(): Promise<void> {
    const at = await this.ctx.storage.getAlarm()
    if (at === null || at < Date.now()) await this.#setAlarm()
    if (this.#backoff.until() > Date.now()) return
    await this.#attempt([() => this.#pages.takeOverOldKeys(), () => this.#pages.deleteOldKeys(Date.now())])
  }

  /** Runs all of them. After a failure the next attempt waits, longer with each failure in a row. Returns whether all succeeded. */
  async #attempt(acts: ReadonlyArray<() => Promise<unknown>>): Promise<boolean> {
    const failed = await firstFailureOf(acts)
    if (failed !== undefined) await noteFailure(this.env, this.#backoff, failed.reason, Date.now())
    else if (this.#publications.undelivered().length === 0) this.#backoff.succeeded()
    return failed === undefined
  }

  async #setAlarm(): Promise<void> {
    const now = Date.now()
    const due = this.#publications.undelivered().length > 0 ? now : this.#pages.nextDue(now)
    const at = due === null ? null : Math.max(due, now, this.#backoff.until())
    const set = await this.ctx.storage.getAlarm()
    if (at === null && set !== null) await this.ctx.storage.deleteAlarm()
    if (at !== null && at !== set) await this.ctx.storage.setAlarm(at)
  }

  /**
   * Pauses affected dispatches and copies the current revision to KV. Repeats when the revision changes meanwhile, so
   * that the last copy is current. Returns the ids of paused dispatches.
   */
  async #deliver(slug: string): Promise<string[]> {
    const paused = new Set<string>()
    for (let delivered: string | undefined; ; ) {
      const record = this.published(slug)
      if (record === null || record.campaign.revision === delivered) return [...paused]
      const answer = await this.#pauseAffected(slug, record)
      for (const id of answer.paused) paused.add(id)
      await this.#pages.write(slug)
      delivered = record.campaign.revision
      const isForgotten = await forgetEarlier(this.env, slug, delivered)
      if (answer.complete && isForgotten) this.#publications.markDelivered(slug, delivered)
      else this.#backoff.failed(Date.now())
    }
  }

  async #pauseAffected(slug: string, record: PublishedRecord): Promise<{ paused: string[]; complete: boolean }> {
    try {
      const current = effectiveCampaign(bundledCampaign(slug), record)
      return await dispatchRegistryOf(this.env).republished(slug, current?.revision ?? null)
    } catch (error) {
      console.error(`publication of ${slug}: dispatches not paused yet:`, errorMessage(error))
      return { paused: [], complete: false }
    }
  }
}
