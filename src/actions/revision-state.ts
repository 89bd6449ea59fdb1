import * as z from 'zod'
import { type Campaign, campaign as shape } from '../campaigns/campaign.ts'
import { jsonText } from '../kit/parse-json.ts'
import type { Database } from '../storage/database.ts'

export const REVISION_TABLE = 'CREATE TABLE revision (revision TEXT PRIMARY KEY, campaign TEXT NOT NULL) WITHOUT ROWID'
const campaignRow = z.object({ campaign: jsonText(shape) })
const nameRow = z.object({ revision: z.string() })

/** The revisions that letters were written for. Digests are composed from them, whatever later revisions say. */
export class RevisionState {
  readonly #db: Database
  #cache = new Map<string, Campaign>()

  constructor(db: Database) {
    this.#db = db
    db.keepInSync(() => {
      this.#cache = new Map()
    })
  }

  store(campaign: Campaign): void {
    const values = [campaign.revision, JSON.stringify(campaign)]
    this.#db.run('INSERT OR IGNORE INTO revision (revision, campaign) VALUES (?, ?)', ...values)
  }

  /** @throws Error when no letter was written for that revision */
  get(revision: string): Campaign {
    const known = this.#cache.get(revision)
    if (known !== undefined) return known
    const query = 'SELECT campaign FROM revision WHERE revision = ?'
    const { campaign } = this.#db.one(campaignRow, query, revision)
    this.#cache.set(revision, campaign)
    return campaign
  }

  all(): Campaign[] {
    return this.#db.rows(nameRow, 'SELECT revision FROM revision').map(({ revision }) => this.get(revision))
  }

  clear(): void {
    this.#db.run('DELETE FROM revision')
    this.#cache = new Map()
  }
}
