import * as z from 'zod'
import { jsonText } from '../../kit/parse-json.ts'
import type { Database } from '../../storage/database.ts'
import type { MigrationStep } from '../../storage/migrate.ts'
import { campaign } from '../campaign.ts'
import type { PublishedRecord } from '../published.ts'
import { PAGE_TABLE } from './page-copies.ts'

const PUBLISHED_TABLE = `CREATE TABLE published (
  slug TEXT PRIMARY KEY, over TEXT, campaign TEXT NOT NULL, delivered_revision TEXT) WITHOUT ROWID`

/** The steps of `CampaignPublication`. */
export const PUBLICATION_STEPS: readonly MigrationStep[] = [
  { name: 'published campaigns', run: ({ sql }) => sql.exec(PUBLISHED_TABLE) },
  { name: 'what pages show beside the campaign', run: ({ sql }) => sql.exec(PAGE_TABLE) },
]

const publishedRow = z.object({ over: z.string().nullable(), campaign: jsonText(campaign) })
const slugRow = z.object({ slug: z.string() })

/** The latest published revision of each campaign, and whether every page and dispatch has it. */
export class Publications {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  find(slug: string): PublishedRecord | null {
    return this.#db.row(publishedRow, 'SELECT over, campaign FROM published WHERE slug = ?', slug) ?? null
  }

  /** Stores a revision as undelivered. */
  store({ over, campaign }: PublishedRecord): void {
    this.#db.run(
      'INSERT OR REPLACE INTO published (slug, over, campaign, delivered_revision) VALUES (?, ?, ?, NULL)',
      campaign.slug,
      over,
      JSON.stringify(campaign),
    )
  }

  /** Notes that every page and dispatch has this revision, if it is still the latest. */
  markDelivered(slug: string, revision: string): void {
    this.#db.run(
      "UPDATE published SET delivered_revision = ?1 WHERE slug = ?2 AND campaign ->> 'revision' = ?1",
      revision,
      slug,
    )
  }

  slugs(): string[] {
    return this.#slugs('TRUE')
  }

  undelivered(): string[] {
    return this.#slugs('delivered_revision IS NULL')
  }

  #slugs(where: string): string[] {
    return this.#db.rows(slugRow, `SELECT slug FROM published WHERE ${where}`).map(({ slug }) => slug)
  }
}
