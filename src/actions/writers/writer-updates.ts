import * as z from 'zod'
import { type Campaign, campaignBlockedBy, localesOfMail } from '../../campaigns/campaign.ts'
import { type CampaignStatus, campaignStatus } from '../../campaigns/page-status.ts'
import { emailStrings } from '../../emails/bundled.gen.ts'
import { newsValues } from '../../emails/values.ts'
import type { Settings } from '../../env.ts'
import { MINUTE_MS } from '../../kit/durations.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { formatMessage } from '../../kit/messages.ts'
import type { TransactionalMail as Mail } from '../../mailbox/transactional-mail.ts'
import { mailboxQueueOf } from '../../objects.ts'
import { absolute, paths } from '../../paths.ts'
import { type Database, flag } from '../../storage/database.ts'
import { supporterStore } from '../../supporter-list/store.ts'
import type { ObjectContext, Tick } from '../object-context.ts'
import { openConsent, type WriterConsent } from './consent.ts'
import { findErased } from './erasure.ts'
import { createStopLink } from './stop-link.ts'
import type { ConsentRow, WriterState } from './writer-state.ts'

/** Writers processed in one alarm. */
const WRITERS_PER_ALARM = 40
/** Milliseconds until another try, while an update may not be sent. */
const RETRY_MS = 15 * MINUTE_MS

/**
 * The subject of a writer update: one of the campaign's updates, or its end. `onTheList`: whether writers who are supporters get it, too;
 * supporters may get the same update by a dispatch.
 */
export type UpdateTopic = { kind: 'update'; updateId: string; onTheList: 'skip' | 'tell' } | { kind: 'end' }

/** Page statuses that are the end of a campaign for its writers. */
const ENDS = ['won', 'closed', 'expired'] as const satisfies readonly CampaignStatus[]
type CampaignEnd = (typeof ENDS)[number]
const endOf = (status: CampaignStatus): CampaignEnd | null => ENDS.find((end) => end === status) ?? null

export type WriterUpdateProgress =
  | { kind: 'telling'; about: string; told: number; done: boolean }
  | { kind: 'not-ended'; status: CampaignStatus } // the campaign has not ended
  | { kind: 'no-update'; known: string[] } // `known`: ids of the campaign's updates

export const WRITER_UPDATE_TABLE = `CREATE TABLE writer_update (
  about TEXT PRIMARY KEY, update_id TEXT NOT NULL, skip_supporters INTEGER NOT NULL, at INTEGER NOT NULL,
  cursor TEXT NOT NULL, sent INTEGER NOT NULL,
  done INTEGER NOT NULL) WITHOUT ROWID`

const SELECT_UPDATES =
  'SELECT about, update_id AS updateId, skip_supporters AS skipSupporters, at, cursor, sent, done FROM writer_update'

const writerUpdateRow = z.object({
  about: z.string(),
  updateId: z.string(), // '' for the end of the campaign
  skipSupporters: flag, // leave out writers who are supporters
  at: z.number(),
  cursor: z.string(), // fingerprint of the last mailbox that was processed
  sent: z.int(),
  done: flag,
})
type WriterUpdateRow = z.infer<typeof writerUpdateRow>

/** Whether a writer update may be sent now. An update can name people, so the campaign must allow mail. An end must still hold. */
function maySend({ updateId }: WriterUpdateRow, campaign: Campaign, now: number): boolean {
  if (updateId !== '') return campaignBlockedBy(campaign, now) === null
  return !['open', 'draft'].includes(campaignStatus(campaign, now))
}

/** Ids of the updates in any language. An update need not exist in all languages. */
const updatesOf = ({ words }: Campaign): string[] => [
  ...new Set(Object.values(words).flatMap(({ updates }) => updates.map(({ id }) => id))),
]

/** The languages that a writer update can be sent in. */
const availableLocales = ({ updateId }: WriterUpdateRow, campaign: Campaign): string[] =>
  Object.keys(emailStrings).filter(
    (locale) => updateId === '' || localesOfMail(campaign, 'update', updateId).includes(locale),
  )

/** Sends writer updates to the writers who agreed to them, each update once. */
export class WriterUpdates {
  readonly #context: ObjectContext
  readonly #writers: WriterState
  readonly #db: Database

  constructor(context: ObjectContext, writers: WriterState) {
    this.#context = context
    this.#writers = writers
    this.#db = context.db
  }

  /** Starts a writer update, or returns the progress of one that was started before. `now` in epoch ms. */
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
    return this.#db.rows(writerUpdateRow, `${SELECT_UPDATES} WHERE ${where}`, ...values)
  }

  /** Queues the next mails. Returns when to go on (epoch ms), or null when all updates are done. */
  async work({ settings, campaign, retention, now }: Tick): Promise<number | null> {
    if (retention.recordsEnded) this.#db.run('DELETE FROM writer_update')
    const rows = this.#rows('done = 0 ORDER BY at')
    if (rows.length === 0 || campaign === null) return null
    const row = rows.find((one) => maySend(one, campaign, now))
    if (row === undefined) return now + RETRY_MS
    const locales = availableLocales(row, campaign)
    if (locales.length === 0) {
      this.#db.run('UPDATE writer_update SET done = 1 WHERE about = ?', row.about) // the update was removed from the campaign
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
      if (this.#writers.listConsents(one.writer)[0]?.consent !== one.consent) continue // withdrawn meanwhile
      await this.#enqueue(settings, campaign, row, one, news, locales)
      sent++
    }
    const done = page.length < WRITERS_PER_ALARM ? 1 : 0
    const values = [page.at(-1)?.writer ?? row.cursor, sent, done, row.about]
    this.#db.run('UPDATE writer_update SET cursor = ?, sent = sent + ?, done = ? WHERE about = ?', ...values)
    return Date.now() // there may be more writers, or another update
  }

  /** Queues one mail. Its key is the same after a crash, so that no writer gets a second mail. */
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
