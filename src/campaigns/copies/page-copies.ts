import * as z from 'zod'
import { jsonText } from '../../kit/parse-json.ts'
import { type Database, flag } from '../../storage/database.ts'
import { countersSchema } from '../counters.ts'
import type { PageContent } from './old-keys.ts'
import { isActive, type PageSchedule, writeDueAt } from './page-interval.ts'

/** `old_keys`: the content is still in keys of an earlier version, too. */
export const PAGE_TABLE = `CREATE TABLE page (
  slug TEXT PRIMARY KEY, numbers TEXT, words TEXT, version INTEGER NOT NULL, written_version INTEGER NOT NULL, written_at INTEGER NOT NULL,
  urgent INTEGER NOT NULL, old_keys INTEGER NOT NULL) WITHOUT ROWID`

const scheduleRow = z.object({
  slug: z.string(),
  version: z.int(), // grows with every change
  writtenVersion: z.int(),
  writtenAt: z.number(),
  urgent: flag,
})
const contentRow = z.object({
  version: z.int(),
  numbers: jsonText(countersSchema.nullable()),
  words: z.string().nullable(),
})
const slugRow = z.object({ slug: z.string() })

const SCHEDULE = 'SELECT slug, version, written_version AS writtenVersion, written_at AS writtenAt, urgent FROM page'

/** What each campaign's page shows beside the campaign, and when the page was written to KV. The schedule is also kept in memory. */
export class PageCopies {
  readonly #db: Database
  readonly #schedule = new Map<string, PageSchedule & { version: number }>()

  constructor(db: Database) {
    this.#db = db
    db.keepInSync(() => {
      this.#schedule.clear()
      for (const { slug, writtenVersion, ...row } of db.rows(scheduleRow, SCHEDULE))
        this.#schedule.set(slug, { ...row, changed: row.version !== writtenVersion })
    })
  }

  slugs = (): string[] => [...this.#schedule.keys()]

  has(slug: string): boolean {
    return this.#schedule.has(slug)
  }

  /** Whether the page of a known campaign has changed since it was written. */
  hasChanged(slug: string): boolean {
    return this.#schedule.get(slug)?.changed === true
  }

  /** Adds a campaign. `changed`: its page must be written. `oldKeys`: an earlier version may have stored the content in old keys. */
  add(slug: string, { numbers, words }: PageContent, changed: boolean, oldKeys: boolean): void {
    const version = changed ? 1 : 0
    this.#db.run(
      `INSERT INTO page (slug, numbers, words, version, written_version, written_at, urgent, old_keys) VALUES (?, ?, ?, ?, 0, 0, 0, ?)`,
      ...[slug, JSON.stringify(numbers), words, version, Number(oldKeys)],
    )
    this.#schedule.set(slug, { version, changed, urgent: false, writtenAt: 0 })
  }

  /** Stores new content of a known campaign; what is undefined stays. */
  update(slug: string, { numbers, words }: Partial<PageContent>, urgent: boolean): void {
    const before = this.content(slug)
    const next = { numbers: numbers ?? before.numbers, words: words === undefined ? before.words : words }
    if (next.words === before.words && JSON.stringify(next.numbers) === JSON.stringify(before.numbers)) return
    this.#db.run(
      'UPDATE page SET numbers = ?, words = ? WHERE slug = ?',
      JSON.stringify(next.numbers),
      next.words,
      slug,
    )
    this.change(slug, urgent)
  }

  /** Notes that the page of a known campaign must be written. */
  change(slug: string, urgent: boolean): void {
    const query = `UPDATE page SET version = version + 1, urgent = max(urgent, ?) WHERE slug = ?
      RETURNING slug, version, written_version AS writtenVersion, written_at AS writtenAt, urgent`
    const { writtenVersion: _, slug: __, ...row } = this.#db.one(scheduleRow, query, Number(urgent), slug)
    this.#schedule.set(slug, { ...row, changed: true })
  }

  /** The content of a known campaign's page, with its version. */
  content(slug: string): PageContent & { version: number } {
    return this.#db.one(contentRow, 'SELECT version, numbers, words FROM page WHERE slug = ?', slug)
  }

  /** Notes a write. False when the page has changed since this version: what was written is out of date. */
  markWritten(slug: string, version: number, now: number): boolean {
    const known = this.#schedule.get(slug)
    if (known?.version !== version) return false
    this.#db.run('UPDATE page SET written_version = ?, written_at = ?, urgent = 0 WHERE slug = ?', version, now, slug)
    this.#schedule.set(slug, { version, changed: false, urgent: false, writtenAt: now })
    return true
  }

  /** Changed pages with the time at which each is due (epoch ms), the first to come first. */
  due(now: number): Array<{ slug: string; at: number }> {
    const active = [...this.#schedule.values()].filter((one) => isActive(one, now)).length
    return [...this.#schedule]
      .flatMap(([slug, one]) => {
        const at = writeDueAt(one, active)
        return at === null ? [] : [{ slug, at }]
      })
      .sort((a, b) => a.at - b.at)
  }

  /** Slugs of the pages that were written before `at` (epoch ms) and still have old keys; at most `most`. */
  withOldKeys(at: number, most: number): string[] {
    const query = 'SELECT slug FROM page WHERE old_keys = 1 AND written_version = version AND written_at < ? LIMIT ?'
    return this.#db.rows(slugRow, query, at, most).map(({ slug }) => slug)
  }

  markOldKeysDeleted(slug: string): void {
    this.#db.run('UPDATE page SET old_keys = 0 WHERE slug = ?', slug)
  }
}
