import * as z from 'zod'
import { DAY_MS } from '../../kit/durations.ts'
import type { Database } from '../../storage/database.ts'
import type { MigrationStep } from '../../storage/migrate.ts'
import { CONTACT_MAIL_KEPT_MS } from './contact-mailboxes.ts'
import type { QueuedConfirmation, SentConfirmation } from './fair-queue.ts'

/** Milliseconds for which a domain counts as answered after the last press there. */
const DOMAIN_KEPT_MS = 400 * DAY_MS
/** Milliseconds after which a further press renews a domain's time: a press a month keeps it. */
const DOMAIN_RENEWED_MS = 30 * DAY_MS

export const CONFIRMATION_STEPS: readonly MigrationStep[] = [
  {
    name: 'queued confirmations, answered domains, mails to contacts',
    run: ({ sql }) =>
      sql.exec(`
        CREATE TABLE queued_confirmation (
          mailbox TEXT NOT NULL, key TEXT NOT NULL, network TEXT NOT NULL, domain TEXT NOT NULL, entered_at INTEGER NOT NULL,
          left_at INTEGER, released INTEGER NOT NULL, PRIMARY KEY (mailbox, key)) WITHOUT ROWID;
        CREATE TABLE answered_domain (domain TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX answered_domain_at ON answered_domain (at);
        CREATE TABLE contact_mail (mailbox TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID`),
  },
]

const waitingRow = z.object({
  mailbox: z.string(),
  key: z.string(),
  network: z.string(),
  domain: z.string(),
  enteredAt: z.number(),
})
const sentRow = waitingRow.extend({ at: z.number() })
const nameRow = waitingRow.pick({ mailbox: true, key: true })
const timeRow = z.object({ at: z.number() })
const COLUMNS = 'mailbox, key, network, domain, entered_at AS enteredAt'

/** The name of a sealed mail: its mailbox and its key there. */
export type MailName = z.infer<typeof nameRow>

/** Stored confirmations of the whole deployment: those that wait, and those that left within the hour and are unanswered. */
export class ConfirmationRows {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  waiting(): QueuedConfirmation[] {
    return this.#db.rows(
      waitingRow,
      `SELECT ${COLUMNS} FROM queued_confirmation WHERE left_at IS NULL ORDER BY entered_at`,
    )
  }

  sent(): SentConfirmation[] {
    const query = `SELECT ${COLUMNS}, left_at AS at FROM queued_confirmation WHERE left_at IS NOT NULL ORDER BY left_at`
    return this.#db.rows(sentRow, query)
  }

  /** Mails whose turn has come, and whose mailbox queue does not know it yet. */
  unreleased(): MailName[] {
    return this.#db.rows(
      nameRow,
      'SELECT mailbox, key FROM queued_confirmation WHERE left_at IS NOT NULL AND released = 0',
    )
  }

  insert(one: QueuedConfirmation, leftAt: number | null): void {
    this.#db.run(
      `INSERT OR REPLACE INTO queued_confirmation (mailbox, key, network, domain, entered_at, left_at, released)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      one.mailbox,
      one.key,
      one.network,
      one.domain,
      one.enteredAt,
      leftAt,
      leftAt === null ? 0 : 1,
    )
  }

  leave({ mailbox, key, at }: SentConfirmation): void {
    this.#db.run('UPDATE queued_confirmation SET left_at = ? WHERE mailbox = ? AND key = ?', at, mailbox, key)
  }

  release({ mailbox, key }: MailName): void {
    this.#db.run('UPDATE queued_confirmation SET released = 1 WHERE mailbox = ? AND key = ?', mailbox, key)
  }

  delete(mails: readonly MailName[]): void {
    for (const { mailbox, key } of mails)
      this.#db.run('DELETE FROM queued_confirmation WHERE mailbox = ? AND key = ?', mailbox, key)
  }

  /** Whether somebody at this domain has ever pressed a button. `now` in epoch ms. */
  isAnsweredDomain(domain: string, now: number): boolean {
    const at = this.#domainAt(domain)
    return at !== undefined && at > now - DOMAIN_KEPT_MS
  }

  /** Records a press at this domain. */
  answerDomain(domain: string, now: number): void {
    const at = this.#domainAt(domain)
    if (at !== undefined && at > now - DOMAIN_RENEWED_MS) return
    this.#db.run('INSERT OR REPLACE INTO answered_domain (domain, at) VALUES (?, ?)', domain, now)
    this.#db.run(`UPDATE queued_confirmation SET domain = '' WHERE domain = ? AND left_at IS NULL`, domain)
  }

  /** When a mailbox that a campaign names got its last confirmation (epoch ms), or null. */
  contactMailAt(mailbox: string): number | null {
    return this.#db.row(timeRow, 'SELECT at FROM contact_mail WHERE mailbox = ?', mailbox)?.at ?? null
  }

  storeContactMail(mailbox: string, now: number): void {
    this.#db.run('INSERT OR REPLACE INTO contact_mail (mailbox, at) VALUES (?, ?)', mailbox, now)
  }

  dropOld(now: number): void {
    this.#db.run('DELETE FROM contact_mail WHERE at < ?', now - CONTACT_MAIL_KEPT_MS)
    this.#db.run('DELETE FROM answered_domain WHERE at < ?', now - DOMAIN_KEPT_MS)
  }

  #domainAt(domain: string): number | undefined {
    return this.#db.row(timeRow, 'SELECT at FROM answered_domain WHERE domain = ?', domain)?.at
  }
}
