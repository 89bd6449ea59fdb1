import { type Campaign, textIn } from '../../../campaigns/campaign.ts'
import { mailTexts } from '../../../emails/mail-texts.ts'
import { receiptValues } from '../../../emails/values.ts'
import { formatDay } from '../../../kit/dates.ts'
import { dayIn } from '../../../kit/day.ts'
import type { TransactionalMail as Mail } from '../../../mailbox/transactional-mail.ts'
import type { ConfirmedDraft } from '../../drafts/draft.ts'
import type { WrittenLetter } from '../letter-delivery.ts'

/**
 * How a letter to one address ended. `over`: with the campaign. `withdrawn`: for its own text. `not-sent`: an organiser found it so. `at`:
 * when it was handed over (epoch ms), which means something only for accepted letters.
 */
type LetterOutcome = {
  target: string
  at: number
  outcome: 'accepted' | 'refused' | 'stopped' | 'over' | 'withdrawn' | 'not-sent' | 'unknown'
}

/**
 * The receipt: how each letter of a writer ended, and the letters as confirmed. With `mayBeShown` false the letters are left out, because
 * they have a withheld name or the campaign is hidden. Each letter has the day of its own acceptance, where its target is.
 */
export function receiptMail(
  campaign: Campaign,
  id: string,
  draft: ConfirmedDraft,
  outcomes: readonly LetterOutcome[],
  mayBeShown: boolean,
): Mail {
  const { locale, t } = mailTexts(draft.locale)
  const lines = outcomes.map(({ target, outcome, at }) => {
    const found = campaign.targets.find((one) => one.id === target)
    const role = found === undefined ? target : textIn(found.name ?? found.role, locale)
    return t(`receipt.${outcome}`, { target: role, day: formatDay(locale, dayIn(at, found?.zone)) })
  })
  return {
    key: `receipt/${id}`,
    email: 'receipt',
    locale,
    to: { name: draft.name, address: draft.email },
    values: receiptValues({ outcome: [...new Set(lines)].join('\n'), letters: mayBeShown ? draft.letters : '' }),
    campaign: campaign.slug,
  }
}

/** How a letter ended, by its status in the ledger. A cancelled letter was cancelled with its target, its campaign, or for its own text. */
export function toLetterOutcome(
  { status, target, at }: WrittenLetter,
  stopped: ReadonlySet<string>,
  over: boolean,
): LetterOutcome {
  if (status === 'accepted' || status === 'refused' || status === 'not-sent') return { target, at, outcome: status }
  if (status === 'uncertain') return { target, at, outcome: 'unknown' }
  if (stopped.has(target)) return { target, at, outcome: 'stopped' }
  return { target, at, outcome: over ? 'over' : 'withdrawn' }
}
