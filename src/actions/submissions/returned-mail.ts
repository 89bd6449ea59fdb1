import type { Campaign } from '../../campaigns/campaign.ts'
import { mailTexts } from '../../emails/mail-texts.ts'
import { returnedValues } from '../../emails/values.ts'
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
  const { locale, t } = mailTexts(written)
  return {
    key: `returned/${id}`,
    email: 'returned',
    locale,
    to: { name, address: email },
    values: returnedValues({
      outcome: `${t(`returned.${OTHER_REASONS.includes(reason) ? reason : 'refused'}`)}\n\n${t('returned.again')}`,
      words: mayBeShown ? `${t('returned.words')}\n\n${text}` : '',
    }),
    ...(campaign !== null && { campaign: campaign.slug }),
  }
}
