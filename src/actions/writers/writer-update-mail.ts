import { type Campaign, campaignBlockedBy, localesOfMail, newestSection } from '../../campaigns/campaign.ts'
import { emailStrings } from '../../emails/bundled.gen.ts'
import { newsValues } from '../../emails/values.ts'
import type { Settings } from '../../env.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { formatMessage } from '../../kit/messages.ts'
import type { TransactionalMail as Mail } from '../../mailbox/transactional-mail.ts'
import { absolute, paths } from '../../paths.ts'
import { createStopLink } from './stop-link.ts'
import type { WriterUpdateRow } from './writer-update-state.ts'

/** What `about` is when the campaign is won. */
const VICTORY = 'end/won'

type AboutRow = Pick<WriterUpdateRow, 'about' | 'updateId'>

/** A writer who asked for news. `arrived`: whether a target's server has accepted a letter of theirs. */
type NewsReader = { writer: string; email: string; locale: string; arrived: boolean }

const localesOfText = (campaign: Campaign, updateId: string): string[] =>
  Object.keys(emailStrings).filter((locale) => localesOfMail(campaign, 'update', updateId).includes(locale))

/** The languages that a writer update can be sent in. */
export const localesOfUpdate = ({ updateId }: AboutRow, campaign: Campaign): string[] =>
  updateId === '' ? Object.keys(emailStrings) : localesOfText(campaign, updateId)

/** The update whose text the mail has, or '': with a victory it is the newest, which says what was won. `now` in epoch ms. */
function updateIn({ about, updateId }: AboutRow, campaign: Campaign, now: number): string {
  if (about !== VICTORY || campaignBlockedBy(campaign, now) !== null) return updateId
  const newest = newestSection(Object.values(campaign.words).flatMap(({ updates }) => updates))
  return newest !== undefined && localesOfText(campaign, newest.id).length > 0 ? newest.id : ''
}

/** The key of the sentence that says how the campaign ended. Only a writer whose letter arrived reads that it was part of a victory. */
const endingOf = (about: string, arrived: boolean): string =>
  about === VICTORY && !arrived ? 'news.end-won-wrote' : `news.${about.replace('/', '-')}`

/** The mail of a writer update to one writer, in the nearest language that it has. Its key is the same each time it is made. */
export async function writerUpdateMail(
  settings: Settings,
  campaign: Campaign,
  row: WriterUpdateRow,
  { writer, email, locale: wanted, arrived }: NewsReader,
  now: number,
): Promise<Mail> {
  const { slug } = campaign
  const { about, at } = row
  const updateId = updateIn(row, campaign, now)
  const locales = localesOfUpdate({ about, updateId }, campaign)
  const locale = [wanted, FALLBACK_LOCALE].find((one) => locales.includes(one)) ?? locales[0] ?? FALLBACK_LOCALE
  const stop = { campaign: slug, what: 'news', fingerprint: writer, locale } as const
  const link = absolute(settings.publicUrl, paths.stop(await createStopLink(settings.keys, stop, about, at)))
  const ending = row.updateId === '' ? formatMessage(emailStrings[locale] ?? {}, locale, endingOf(about, arrived)) : ''
  return {
    key: `news/${slug}/${about}`,
    email: 'news',
    locale,
    to: { address: email },
    values: newsValues({ outcome: ending !== '' && updateId !== '' ? `${ending}\n\n` : ending, stop: link }),
    campaign: slug,
    ...(updateId !== '' && { updateId }),
    unsubscribe: link,
  }
}
