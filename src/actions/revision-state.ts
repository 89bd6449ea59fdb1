import { type Campaign, campaign as shape } from '../campaigns/campaign.ts'

/** The campaign as it was when people wrote: gathered mails are made of it, whatever it says later. */
export class RevisionState {
  readonly #sql: SqlStorage
  readonly #read = new Map<string, Campaign>()

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec('CREATE TABLE IF NOT EXISTS revision (revision TEXT PRIMARY KEY, campaign TEXT NOT NULL) WITHOUT ROWID')
  }

  keep(campaign: Campaign): void {
    const values = [campaign.revision, JSON.stringify(campaign)]
    this.#sql.exec('INSERT OR IGNORE INTO revision VALUES (?, ?)', ...values)
  }

  /** @throws Error when nothing was written for that revision. */
  get(revision: string): Campaign {
    const known = this.#read.get(revision)
    if (known !== undefined) return known
    const row = this.#sql.exec<{ campaign: string }>('SELECT campaign FROM revision WHERE revision = ?', revision).one()
    const read = shape.parse(JSON.parse(row.campaign))
    this.#read.set(revision, read)
    return read
  }

  all(): Campaign[] {
    const rows = this.#sql.exec<{ revision: string }>('SELECT revision FROM revision').toArray()
    return rows.map(({ revision }) => this.get(revision))
  }

  clear(): void {
    this.#sql.exec('DELETE FROM revision')
    this.#read.clear()
  }
}
