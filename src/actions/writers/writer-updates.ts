import * as z from 'zod'
import { type Campaign, campaignBlockedBy, localesOfMail } from '../../campaigns/campaign.ts'
import { type CampaignStatus, campaignStatus } from '../../campaigns/page-status.ts'
import { emailStrings } from '../../emails/bundled.gen.ts'
import { newsValues } from '../../emails/values.ts'
import type { Settings } from '../../env.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { formatMessage } from '../../kit/messages.ts'
import type { TransactionalMail as Mail } from '../../mailbox/mailbox-queue.ts'
import { mailboxQueueOf } from '../../objects.ts'
import { absolute, paths } from '../../paths.ts'
import { type Database, flag } from '../../storage/database.ts'
import { supporterStore } from '../../supporter-list/store.ts'
import type { ObjectContext, Tick } from '../object-context.ts'
import { openConsent, type WriterConsent } from './consent.ts'
import { findErased } from './erasure.ts'
import { createStopLink } from './stop-link.ts'
import type { ConsentRow, WriterState } from './writer-state.ts'

/** Writers told in one alarm. */
const WRITERS_PER_ALARM = 40
/** Milliseconds after which news that may not be told now is looked at again. */
const RETRY_MS = 15 * 60_000

/** What writers are told: one of the campaign's updates, or how it has ended. `onTheList`: whether those are told who are on the list, too, and get updates by it. */
export type UpdateTopic = { kind: 'update'; updateId: string; onTheList: 'skip' | 'tell' } | { kind: 'end' }

/** How a campaign ends for those who wrote in it: won, over, or not to be written for any more. */
const ENDS = ['won', 'closed', 'expired'] as const satisfies readonly CampaignStatus[]
export type CampaignEnd = (typeof ENDS)[number]
const endOf = (status: CampaignStatus): CampaignEnd | null => ENDS.find((end) => end === status) ?? null

export type WriterUpdateProgress =
  | { kind: 'telling'; about: string; told: number; done: boolean }
  | { kind: 'not-ended'; status: CampaignStatus } // there is no end to tell of
  | { kind: 'no-update'; known: string[] }

export const WRITER_UPDATE_TABLE = `CREATE TABLE writer_update (
  about TEXT PRIMARY KEY, update_id TEXT NOT NULL, skip_supporters INTEGER NOT NULL, at INTEGER NOT NULL, cursor TEXT NOT NULL, sent INTEGER NOT NULL,
  done INTEGER NOT NULL) WITHOUT ROWID`

const writerUpdateRow = z.object({
  about: z.string(),
  updateId: z.string(), // '' for an end
  skipSupporters: flag, // those who are on the list
  at: z.number(),
  cursor: z.string(), // the last mailbox that was looked at
  sent: z.int(),
  done: flag,
})
type WriterUpdateRow = z.infer<typeof writerUpdateRow>

/** An update may name people; an end is told without naming the case, but not of one that is open again. */
function maySend({ updateId }: WriterUpdateRow, campaign: Campaign, now: number): boolean {
  if (updateId !== '') return campaignBlockedBy(campaign, now) === null
  return !['open', 'draft'].includes(campaignStatus(campaign, now))
}

/** In whichever language: an update need not be written in all of them. */
const updatesOf = ({ words }: Campaign): string[] => [
  ...new Set(Object.values(words).flatMap(({ updates }) => updates.map(({ id }) => id))),
]

/** The languages it can be told in. */
const availableLocales = ({ updateId }: WriterUpdateRow, campaign: Campaign): string[] =>
  Object.keys(emailStrings).filter(
    (locale) => updateId === '' || localesOfMail(campaign, 'update', updateId).includes(locale),
  )

/** Tells those who agreed to it what becomes of the case they wrote in; each of them once. */
export class WriterUpdates {
  readonly #context: ObjectContext
  readonly #writers: WriterState
  readonly #db: Database

  constructor(context: ObjectContext, writers: WriterState) {
    this.#context = context
    this.#writers = writers
    this.#db = context.db
  }

  /** Begins to tell, or says how far it has come: telling of the same again tells nobody twice. */
  async start(campaign: Campaign, about: UpdateTopic, now: number): Promise<WriterUpdateProgress> {
    const status = campaignStatus(campaign, now)
    const end = endOf(status)
    if (about.kind === 'end' && end === null) return { kind: 'not-ended', status }
    const known = updatesOf(campaign)
    if (about.kind === 'update' && !known.includes(about.updateId)) return { kind: 'no-update', known }
    const name = about.kind === 'update' ? `update/${about.updateId}` : `end/${end}`
    const [updateId, skip] = about.kind === 'update' ? [about.updateId, about.onTheList === 'skip' ? 1 : 0] : ['', 0]
    this.#context.begin(campaign.slug)
    const values = [name, updateId, skip, now]
    this.#db.run(
      "INSERT OR IGNORE INTO writer_update (about, update_id, skip_supporters, at, cursor, sent, done) VALUES (?, ?, ?, ?, '', 0, 0)",
      ...values,
    )
    await this.#context.wakeBy(now)
    const [row] = this.#rows('about = ?', name)
    return { kind: 'telling', about: name, told: row?.sent ?? 0, done: row?.done ?? false }
  }

  #rows(where: string, ...values: string[]): WriterUpdateRow[] {
    const query = `SELECT about, update_id AS updateId, skip_supporters AS skipSupporters, at, cursor, sent, done FROM writer_update WHERE ${where}`
    return this.#db.rows(writerUpdateRow, query, ...values)
  }

  /** Answers when to go on, or null when nobody is to be told anything. */
  async work({ settings, campaign, retention, now }: Tick): Promise<number | null> {
    if (retention.recordsEnded) this.#db.run('DELETE FROM writer_update')
    const rows = this.#rows('done = 0 ORDER BY at')
    if (rows.length === 0 || campaign === null) return null
    const row = rows.find((one) => maySend(one, campaign, now))
    if (row === undefined) return now + RETRY_MS
    const locales = availableLocales(row, campaign)
    if (locales.length === 0) {
      this.#db.run('UPDATE writer_update SET done = 1 WHERE about = ?', row.about) // the update has been taken out
      return Date.now()
    }
    const page = this.#writers.listConsenting(row.cursor, WRITERS_PER_ALARM)
    const erased = await findErased(this.#context.env, page)
    const list = supporterStore(this.#context.env.SUPPORTERS, settings)
    let sent = 0
    for (const one of page) {
      const { news } = await openConsent(settings.keys, campaign.slug, one.draft, one.consent)
      if (news === undefined || erased.has(one.fingerprint)) continue
      if (row.skipSupporters && (await list.get(one.fingerprint)) !== null) continue
      if (this.#writers.listConsents(one.writer)[0]?.consent !== one.consent) continue // taken back meanwhile
      await this.#enqueue(settings, campaign, row, one, news, locales)
      sent++
    }
    const done = page.length < WRITERS_PER_ALARM ? 1 : 0
    const values = [page.at(-1)?.writer ?? row.cursor, sent, done, row.about]
    this.#db.run('UPDATE writer_update SET cursor = ?, sent = sent + ?, done = ? WHERE about = ?', ...values)
    return Date.now() // there may be more of it, or something else to tell
  }

  /** Under a name of its own, so that a crash before the page is noted posts no second. */
  async #enqueue(
    settings: Settings,
    campaign: Campaign,
    { about, updateId, at }: WriterUpdateRow,
    { writer }: ConsentRow,
    { email, locale: wanted }: NonNullable<WriterConsent['news']>,
    locales: readonly string[],
  ): Promise<void> {
    const { slug } = campaign
    const locale = [wanted, FALLBACK_LOCALE].find((one) => locales.includes(one)) ?? locales[0] ?? FALLBACK_LOCALE
    const stop = { campaign: slug, what: 'news', fingerprint: writer, locale } as const
    const link = absolute(settings.publicUrl, paths.stop(await createStopLink(settings.keys, stop, about, at)))
    const outcome =
      updateId === '' ? formatMessage(emailStrings[locale] ?? {}, locale, `news.${about.replace('/', '-')}`) : ''
    const mail: Mail = {
      key: `news/${slug}/${about}`,
      email: 'news',
      locale,
      to: { address: email },
      values: newsValues({ outcome, stop: link }),
      campaign: slug,
      ...(updateId !== '' && { updateId }),
      unsubscribe: link,
    }
    await mailboxQueueOf(this.#context.env, writer).enqueue(mail)
  }
}
