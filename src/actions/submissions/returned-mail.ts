import type { Campaign } from '../../campaigns/campaign.ts'
import { emailStrings } from '../../emails/bundled.gen.ts'
import { returnedValues } from '../../emails/values.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { formatMessage } from '../../kit/messages.ts'
import type { TransactionalMail as Mail } from '../../mailbox/transactional-mail.ts'
import type { HeldLetter } from './submission.ts'

/** Why a letter goes back when no moderator refused it. */
const OTHER_REASONS: readonly string[] = ['undecided', 'over']

/** The mail that returns a letter which was not sent: why, and the writer's own words unless they may not be repeated. */
export function returnedMail(
  campaign: Campaign | null,
  id: string,
  { locale: written, email, name, text }: HeldLetter,
  reason: string,
  mayBeShown: boolean,
): Mail {
  const locale = emailStrings[written] === undefined ? FALLBACK_LOCALE : written
  const strings = emailStrings[locale] ?? {}
  const t = (key: string) => formatMessage(strings, locale, `returned.${key}`)
  return {
    key: `returned/${id}`,
    email: 'returned',
    locale,
    to: { name, address: email },
    values: returnedValues({
      outcome: `${t(OTHER_REASONS.includes(reason) ? reason : 'refused')}\n\n${t('again')}`,
      words: mayBeShown ? `${t('words')}\n\n${text}` : '',
    }),
    ...(campaign !== null && { campaign: campaign.slug }),
  }
}
