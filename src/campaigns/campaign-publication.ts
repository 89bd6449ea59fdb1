import { DurableObject } from 'cloudflare:workers'
import * as z from 'zod'
import { PAGE_LOCALES } from '../kit/page-texts.ts'
import { jsonText } from '../kit/parse-json.ts'
import { errorMessage } from '../kit/result.ts'
import { dispatchRegistryOf, rendererOf } from '../objects.ts'
import { Database } from '../storage/database.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import { type Campaign, campaign as campaignSchema } from './campaign.ts'
import { bundledCampaign } from './catalogue.ts'
import { PublicationNotices } from './publication-notices.ts'
import { decidePublication } from './publish-decision.ts'
import { effectiveCampaign, type PublishedRecord, storePublished } from './published.ts'

/** Milliseconds until an undelivered publication is retried: longer than all attempts of one KV write take. */
const RETRY_MS = 20_000

/** Result of a request to publish. `paused` contains the ids of the dispatches that the publication paused. */
export type PublicationResult =
  | { kind: 'published'; isNew: boolean; paused: string[] }
  | { kind: 'other-revision'; current: string | null }

const STEPS: readonly MigrationStep[] = [
  {
    name: 'published campaigns',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE published (
          slug TEXT PRIMARY KEY, over TEXT, campaign TEXT NOT NULL, delivered_revision TEXT) WITHOUT ROWID`),
  },
]

const publishedRow = z.object({ over: z.string().nullable(), campaign: jsonText(campaignSchema) })
const slugRow = z.object({ slug: z.string() })

/**
 * Decides which revision of each campaign is current. One object exists, so concurrent publications have an order.
 * Dispatches read the current revision here; pages read a copy in KV, which can be a minute old.
 */
export class CampaignPublication extends DurableObject<Env> {
  readonly #db: Database
  readonly #notices = new PublicationNotices()

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS)
  }

  /** The latest revision published at runtime, or null. A later deploy may have replaced this revision. */
  published(slug: string): PublishedRecord | null {
    return this.#db.row(publishedRow, 'SELECT over, campaign FROM published WHERE slug = ?', slug) ?? null
  }

  /**
   * Makes a revision current immediately and pauses the dispatches of an earlier revision that are affected.
   * @param expected publish only if this revision is current now (`*`: any revision)
   */
  async publish(campaign: Campaign, expected?: string): Promise<PublicationResult> {
    const { slug } = campaign
    const [bundled, record] = [bundledCampaign(slug), this.published(slug)]
    const decided = decidePublication({ campaign, bundled, record, expected, now: Date.now() })
    if (decided.kind === 'other-revision') return decided
    this.#db.run(
      'INSERT OR REPLACE INTO published (slug, over, campaign, delivered_revision) VALUES (?, ?, ?, NULL)',
      slug,
      decided.next.over,
      JSON.stringify(decided.next.campaign),
    )
    await this.ctx.storage.setAlarm(Date.now() + RETRY_MS)
    const paused = await this.#deliver(slug)
    if (this.#undelivered().length === 0) await this.ctx.storage.deleteAlarm()
    return { kind: 'published', isNew: decided.isNew, paused }
  }

  /** Retries publications that a crash or a failure left undelivered. */
  override async alarm(): Promise<void> {
    for (const slug of this.#undelivered()) {
      await this.#deliver(slug).catch((error: unknown) =>
        console.error(`publication of ${slug} failed, retry by alarm:`, error),
      )
    }
    await this.#notices.count(this.env, this.#undelivered())
    await this.wake()
  }

  /** Sets the alarm again if undelivered publications have none, or if its time has passed without a run. */
  async wake(): Promise<void> {
    if (this.#undelivered().length === 0) return
    const at = await this.ctx.storage.getAlarm()
    if (at === null || at < Date.now()) await this.ctx.storage.setAlarm(Date.now() + RETRY_MS)
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
      await storePublished(this.env.CONTENT, record)
      delivered = record.campaign.revision
      const isForgotten = await this.#forgetEarlier(slug, delivered)
      if (answer.complete && isForgotten) this.#markDelivered(slug, delivered)
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

  /** Deletes mails, PDFs and pictures of earlier revisions: a name in them may be withdrawn. False if some may be left. */
  async #forgetEarlier(slug: string, revision: string): Promise<boolean> {
    const renderers = PAGE_LOCALES.flatMap((locale) => [
      rendererOf(this.env, 'mail', locale),
      rendererOf(this.env, 'print', locale),
    ])
    const answers = await Promise.allSettled(renderers.map((renderer) => renderer.forgetEarlier(slug, revision)))
    return answers.every(({ status }) => status === 'fulfilled')
  }

  #markDelivered(slug: string, revision: string): void {
    this.#db.run(
      "UPDATE published SET delivered_revision = ?1 WHERE slug = ?2 AND campaign ->> 'revision' = ?1",
      revision,
      slug,
    )
  }

  #undelivered(): string[] {
    const rows = this.#db.rows(slugRow, 'SELECT slug FROM published WHERE delivered_revision IS NULL')
    return rows.map(({ slug }) => slug)
  }
}
