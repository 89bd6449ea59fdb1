import * as z from 'zod'
import { MINUTE_MS } from '../../kit/durations.ts'
import type { Database, StoredEntry } from '../../storage/database.ts'
import { retryWrite } from '../../storage/kv-write.ts'
import { bundled } from '../bundled.gen.ts'
import { type CampaignIndex, toListed, writeIndex } from './campaign-index.ts'
import { deleteOldKeys, type PageContent, readOldKeys } from './old-keys.ts'
import { PageCopies } from './page-copies.ts'
import { writePageRecord } from './page-record.ts'
import type { Publications } from './publications.ts'

/** Pages written in one alarm. A Durable Object may make 1,000 operations in one invocation. */
const PAGES_AT_ONCE = 40
/** Milliseconds for which every location may still serve an old value of a key (developers.cloudflare.com/kv/concepts/how-kv-works). */
const STALE_MS = 10 * MINUTE_MS

const written = z.object({ of: z.string(), at: z.number() })
const once = <T>(write: () => Promise<T>): Promise<T> => write()

/** Writes the records of pages and the index of campaigns to KV. The only writer of both. */
export class PageWriter {
  readonly #content: KVNamespace
  readonly #publications: Publications
  readonly #copies: PageCopies
  readonly #index: StoredEntry<z.infer<typeof written>>
  readonly #oldKeysRead: StoredEntry<boolean>

  constructor(db: Database, content: KVNamespace, publications: Publications) {
    this.#content = content
    this.#publications = publications
    this.#copies = new PageCopies(db)
    this.#index = db.entry('index-written', written)
    this.#oldKeysRead = db.entry('old-keys-read', z.boolean())
  }

  slugs = (): string[] => this.#copies.slugs()

  /** Stores what a page shows. It is written when its time comes. */
  async update(slug: string, content: Partial<PageContent>, urgent: boolean): Promise<void> {
    await this.ensure(slug)
    this.#copies.update(slug, content, urgent)
  }

  /** Notes that a known campaign has a new revision. */
  change(slug: string): void {
    this.#copies.change(slug, true)
  }

  /** Writes a page with its current revision, and the index, if they have changed. @throws the error of KV after several attempts */
  async write(slug: string): Promise<void> {
    await this.ensure(slug)
    if (this.#copies.hasChanged(slug)) await this.#write(slug, retryWrite)
    await this.#writeIndex(false, retryWrite)
  }

  /** Writes the pages that are due. @throws the error of KV */
  async writeDue(now: number): Promise<void> {
    const due = this.#copies.due(now).filter(({ at }) => at <= now)
    for (const { slug } of due.slice(0, PAGES_AT_ONCE)) await this.#write(slug, once)
  }

  /** When the next page is due (epoch ms), or null. */
  nextDue(now: number): number | null {
    return this.#copies.due(now)[0]?.at ?? null
  }

  /** The index as of now, from the object's own tables. */
  index(): CampaignIndex {
    const campaigns = this.#publications.slugs().flatMap((slug) => this.#publications.find(slug) ?? [])
    return { campaigns: campaigns.map(({ over, campaign }) => ({ over, listed: toListed(campaign) })) }
  }

  /** Writes the index for a reader that found none. @throws the error of KV */
  async makeIndex(): Promise<void> {
    await this.takeOverOldKeys()
    await this.#writeIndex(true, once)
  }

  /** Takes over, once, what an earlier version stored in keys of its own. @throws the error of KV */
  async takeOverOldKeys(): Promise<void> {
    if (this.#oldKeysRead.get() === true) return
    for (const slug of new Set([...bundled.map((one) => one.slug), ...this.#publications.slugs()])) {
      await this.ensure(slug)
      if (this.#copies.hasChanged(slug)) await this.#write(slug, once)
    }
    await this.#writeIndex(true, once) // last: readers who find the index look for no old keys
    this.#oldKeysRead.put(true)
  }

  /** Deletes keys of an earlier version whose content every location has in the new ones. @throws the error of KV */
  async deleteOldKeys(now: number): Promise<void> {
    for (const slug of this.#copies.withOldKeys(now - STALE_MS, PAGES_AT_ONCE)) {
      await deleteOldKeys(this.#content, slug)
      this.#copies.markOldKeysDeleted(slug)
    }
  }

  /** Makes a campaign known, with the content that an earlier version stored. */
  async ensure(slug: string): Promise<void> {
    if (this.#copies.has(slug)) return
    const isNew = this.#oldKeysRead.get() === true
    const content = isNew ? { numbers: null, words: null } : await readOldKeys(this.#content, slug)
    if (this.#copies.has(slug)) return // another request was faster
    const old = content.numbers !== null || content.words !== null
    this.#copies.add(slug, content, old || this.#publications.find(slug) !== null, old)
  }

  async #write(slug: string, attempt: typeof retryWrite): Promise<void> {
    for (;;) {
      const { version, numbers, words } = this.#copies.content(slug)
      const { over, campaign } = this.#publications.find(slug) ?? { over: null, campaign: null }
      await attempt(() => writePageRecord(this.#content, slug, { over, campaign, numbers, words }))
      if (this.#copies.markWritten(slug, version, Date.now())) return
    }
  }

  /** Writes the index if it has changed. `missing`: a reader found none, so that it may be written again. */
  async #writeIndex(missing: boolean, attempt: typeof retryWrite): Promise<void> {
    for (;;) {
      const index = this.index()
      const of = JSON.stringify(index.campaigns.map(({ over, listed }) => [listed.slug, over, listed.revision]))
      const before = this.#index.get()
      const isOld = missing && (before?.at ?? 0) < Date.now() - STALE_MS
      if (before?.of === of && !isOld) return
      await attempt(() => writeIndex(this.#content, index))
      this.#index.put({ of, at: Date.now() })
    }
  }
}
