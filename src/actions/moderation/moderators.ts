import * as z from 'zod'
import type { Campaign } from '../../campaigns/campaign.ts'
import { emailStrings } from '../../emails/bundled.gen.ts'
import { moderateValues } from '../../emails/values.ts'
import type { Settings } from '../../env.ts'
import { HOUR_MS } from '../../kit/durations.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { formatMessage } from '../../kit/messages.ts'
import type { TransactionalMail as Mail } from '../../mailbox/transactional-mail.ts'
import { mailboxQueueOf } from '../../objects.ts'
import { absolute, paths } from '../../paths.ts'
import { mailboxOf, normaliseAddress } from '../../security/address.ts'
import { createActionLink } from '../drafts/action-link.ts'
import type { ObjectContext } from '../object-context.ts'
import { SUBMISSION_KINDS } from '../submissions/submission.ts'
import type { SubmissionRow, SubmissionState } from '../submissions/submission-state.ts'
import { isAcceptable } from './moderation.ts'

/** Milliseconds until moderators are reminded of pending submissions when no new ones have come. */
const REMIND_MS = 24 * HOUR_MS
/** Links in one mail, at most: as many as one person reads at once. */
const LINKS = 20

type Moderator = NonNullable<Campaign['moderators']>[number]

/** When moderators get their next mail: one an hour at most, one a day without new submissions. Epoch ms; null when none waits. */
export function mailDueAt(waiting: { count: number; newest: number }, last: number | null, now: number): number | null {
  if (waiting.count === 0) return null
  if (last === null) return now
  return last + (waiting.newest > last ? HOUR_MS : REMIND_MS)
}

/** The moderator that a link was made for, by the fingerprint of the mailbox; null when the campaign no longer lists them. */
export async function findModerator(
  { fingerprint }: Settings,
  { moderators = [] }: Campaign,
  holder: string | undefined,
): Promise<Moderator | null> {
  for (const moderator of moderators) {
    const address = normaliseAddress(moderator.email)
    if (address.ok && (await fingerprint(mailboxOf(address.value))) === holder) return moderator
  }
  return null
}

/** Queues mails to the moderators when they are due. Returns when the next ones are due (epoch ms), or null when nothing waits. */
export async function notifyModerators(
  { env, db }: ObjectContext,
  settings: Settings,
  state: SubmissionState,
  campaign: Campaign,
  now: number,
): Promise<number | null> {
  const { moderators = [] } = campaign
  if (moderators.length === 0) return null
  const notifiedAt = db.entry('moderated', z.number())
  const last = notifiedAt.get() ?? null
  // Submissions that can only be refused, as after the end of a campaign, cause no mail.
  const kinds = SUBMISSION_KINDS.filter((kind) => isAcceptable(kind, campaign, now))
  const waiting = state.countPending(kinds)
  const due = mailDueAt(waiting, last, now)
  if (due === null || due > now) return due
  const input = { rows: state.listPending(LINKS, kinds), count: waiting.count, last, now }
  for (const moderator of moderators) {
    const address = normaliseAddress(moderator.email)
    if (!address.ok) continue
    const mailbox = await settings.fingerprint(mailboxOf(address.value))
    await mailboxQueueOf(env, mailbox).enqueue(await mailFor(settings, campaign, { moderator, mailbox, ...input }))
  }
  notifiedAt.put(now)
  return mailDueAt(waiting, now, now)
}

type ModeratorMailInput = {
  moderator: Moderator
  mailbox: string
  rows: readonly SubmissionRow[]
  count: number
  last: number | null
  now: number
}

/** The mail to one moderator: the number of pending submissions and a link to each, without any submitted text. */
async function mailFor(
  settings: Settings,
  campaign: Campaign,
  { moderator, mailbox, rows, count, last, now }: ModeratorMailInput,
): Promise<Mail> {
  const locale = emailStrings[moderator.locale] === undefined ? FALLBACK_LOCALE : moderator.locale
  const strings = emailStrings[locale] ?? {}
  const links = await Promise.all(
    rows.map(async ({ id, kind }) => {
      const token = await createActionLink(
        settings.keys,
        'moderate',
        { campaign: campaign.slug, id, holder: mailbox },
        now,
      )
      const what = formatMessage(strings, locale, `moderate.${kind}`)
      return `${what}:\n${absolute(settings.publicUrl, paths.moderate(token))}`
    }),
  )
  return {
    key: `moderate/${campaign.slug}/${last ?? 0}`, // the same after a crash, so that no second mail goes
    email: 'moderate',
    locale,
    to: { address: moderator.email },
    values: moderateValues({
      waiting: formatMessage(strings, locale, 'moderate.waiting', { count }),
      links: links.join('\n\n'),
    }),
    campaign: campaign.slug,
  }
}
