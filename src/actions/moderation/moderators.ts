import * as z from 'zod'
import type { Campaign } from '../../campaigns/campaign.ts'
import { labelled, mailTexts } from '../../emails/mail-texts.ts'
import { moderateValues } from '../../emails/values.ts'
import type { Settings } from '../../env.ts'
import { HOUR_MS } from '../../kit/durations.ts'
import type { TransactionalMail as Mail } from '../../mailbox/transactional-mail.ts'
import { mailboxQueueOf } from '../../objects.ts'
import { absolute, paths } from '../../paths.ts'
import { mailboxOf, normaliseAddress } from '../../security/address.ts'
import { createActionLink } from '../drafts/action-link.ts'
import { earliest, type ObjectContext } from '../object-context.ts'
import { openSubmission, SUBMISSION_KINDS } from '../submissions/submission.ts'
import type { SubmissionRow } from '../submissions/submission-row.ts'
import type { SubmissionState } from '../submissions/submission-state.ts'
import { noticeSkips } from '../tell-each/notice-skips.ts'
import { SkippedMails } from '../tell-each/skipped-mails.ts'
import { beginLoop, tellEach, toTellOutcome } from '../tell-each/tell-each.ts'
import { isAcceptable } from './moderation.ts'
import { isAsked, PassedOn } from './passed-on.ts'

/** Milliseconds until moderators are reminded of pending submissions when no new ones have come. */
const REMIND_MS = 24 * HOUR_MS
/** Links in one mail, at most: as many as one person reads at once. */
const LINKS = 20
/** Pending submissions that are looked at for one round of mails, the oldest first: each is opened, to know its language. */
const ROWS = 200

/** The name of this loop among the skipped mails. */
const LOOP = 'moderators'

type Moderator = NonNullable<Campaign['moderators']>[number]

/** When moderators get their next mail: one an hour at most, one a day without new submissions. Epoch ms; null when none waits. */
export function mailDueAt(waiting: { count: number; newest: number }, last: number | null, now: number): number | null {
  if (waiting.count === 0) return null
  if (last === null) return now
  return last + (waiting.newest > last ? HOUR_MS : REMIND_MS)
}

/** The moderator that a link was made for, by the fingerprint of the mailbox; null when the campaign no longer lists them. */
export async function findModerator(
  settings: Settings,
  campaign: Campaign,
  holder: string | undefined,
): Promise<Moderator | null> {
  return (await moderatorsByMailbox(settings, campaign)).get(holder ?? '') ?? null
}

/** Queues mails to the moderators when they are due. Returns when to go on (epoch ms), or null when nothing waits. */
export async function notifyModerators(
  { env, db }: ObjectContext,
  settings: Settings,
  state: Pick<SubmissionState, 'countPending' | 'listPending'>,
  campaign: Campaign,
  now: number,
): Promise<number | null> {
  const byMailbox = await moderatorsByMailbox(settings, campaign)
  if (byMailbox.size === 0) return null
  const notifiedAt = db.entry('moderated', z.number())
  const round = db.entry('moderators-round', z.number()) // when the moderators got the mail before this one
  const skipped = new SkippedMails(db)
  // Submissions that can only be refused, as after the end of a campaign, cause no mail.
  const kinds = SUBMISSION_KINDS.filter((kind) => isAcceptable(kind, campaign, now))
  const passedOn = new PassedOn(db)
  const pending = state.countPending(kinds)
  const waiting = { ...pending, newest: Math.max(pending.newest, passedOn.newest()) }
  const last = notifiedAt.get() ?? null
  const dueAt = mailDueAt(waiting, last, now)
  if (dueAt !== null && dueAt <= now)
    db.transaction(() => {
      beginLoop(skipped, LOOP, [...byMailbox.keys()], now)
      round.put(last ?? 0)
      notifiedAt.put(now)
    })
  const people = skipped.due(LOOP, now, byMailbox.size)
  const rows = people.length === 0 ? [] : state.listPending(ROWS, kinds)
  const asked = await askedAbout(settings, campaign, rows, passedOn, byMailbox, now)
  const fresh = await tellEach(skipped, {
    loop: LOOP,
    people,
    now,
    async tell(mailbox) {
      const moderator = byMailbox.get(mailbox)
      const own = rows.filter((_, n) => asked[n]?.has(mailbox))
      if (moderator === undefined || own.length === 0) return 'left-out'
      // beyond `ROWS` nobody knows who is asked about what
      const count = own.length === rows.length ? waiting.count : own.length
      const input = { rows: own, count, last: round.get() ?? 0, now }
      const mail = await mailFor(settings, campaign, { moderator, mailbox, ...input })
      return toTellOutcome(await mailboxQueueOf(env, mailbox).enqueue(mail, 'lasting'))
    },
  })
  await noticeSkips(env, 'moderators-not-told', campaign.slug, fresh)
  return earliest([mailDueAt(waiting, notifiedAt.get() ?? null, now), skipped.nextAt(LOOP)])
}

/** The moderators who are asked about each submission, by the fingerprints of their mailboxes. */
async function askedAbout(
  { keys }: Settings,
  { slug }: Campaign,
  rows: readonly SubmissionRow[],
  passedOn: PassedOn,
  moderators: ReadonlyMap<string, Moderator>,
  now: number,
): Promise<Array<Set<string>>> {
  const languages = new Map([...moderators].map(([mailbox, one]) => [mailbox, one.languages ?? [one.locale]]))
  return Promise.all(
    rows.map(async ({ id, sealed, at }) => {
      const locale = sealed ? ((await openSubmission(keys, slug, id, sealed))?.locale ?? null) : null
      const item = { locale, at, passedBy: passedOn.by(id) }
      return new Set([...languages.keys()].filter((mailbox) => isAsked(mailbox, item, languages, now)))
    }),
  )
}

async function moderatorsByMailbox(
  { fingerprint }: Settings,
  { moderators = [] }: Campaign,
): Promise<Map<string, Moderator>> {
  const found = new Map<string, Moderator>()
  for (const moderator of moderators) {
    const address = normaliseAddress(moderator.email)
    const mailbox = address.ok ? await fingerprint(mailboxOf(address.value)) : ''
    if (mailbox !== '' && !found.has(mailbox)) found.set(mailbox, moderator)
  }
  return found
}

type ModeratorMailInput = {
  moderator: Moderator
  mailbox: string
  rows: readonly SubmissionRow[]
  count: number
  last: number // when the moderators got the mail before this one, epoch ms; 0 for none
  now: number
}

/** The mail to one moderator: the number of submissions that they are asked about and a link to each, without any submitted text. */
async function mailFor(
  settings: Settings,
  campaign: Campaign,
  { moderator, mailbox, rows, count, last, now }: ModeratorMailInput,
): Promise<Mail> {
  const texts = mailTexts(moderator.locale)
  const links = await Promise.all(
    rows.slice(0, LINKS).map(async ({ id, kind }) => {
      const token = await createActionLink(
        settings.keys,
        'moderate',
        { campaign: campaign.slug, id, holder: mailbox },
        now,
      )
      return `${labelled(texts, texts.t(`moderate.${kind}`))}\n${absolute(settings.publicUrl, paths.moderate(token))}`
    }),
  )
  return {
    key: `moderate/${campaign.slug}/${last}`, // the same in each try of this round
    email: 'moderate',
    locale: texts.locale,
    to: { address: moderator.email },
    values: moderateValues({
      waiting: texts.t('moderate.waiting', { count }),
      links: links.join('\n\n'),
    }),
    campaign: campaign.slug,
  }
}
