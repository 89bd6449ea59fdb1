import { type Campaign, textIn } from '../../../campaigns/campaign.ts'
import type { RecipientStatus } from '../../../delivery/recipient-statuses.ts'
import { emailStrings } from '../../../emails/bundled.gen.ts'
import { receiptValues } from '../../../emails/values.ts'
import { formatDay } from '../../../kit/dates.ts'
import { isoDay } from '../../../kit/day.ts'
import { FALLBACK_LOCALE } from '../../../kit/locales.ts'
import { formatMessage } from '../../../kit/messages.ts'
import type { TransactionalMail as Mail } from '../../../mailbox/transactional-mail.ts'
import type { ConfirmedDraft } from '../../drafts/draft.ts'

/** How a letter to one address ended. `over`: with the campaign. `withdrawn`: for its own text. `not-sent`: an organiser found it so. */
type LetterOutcome = {
  target: string
  outcome: 'accepted' | 'refused' | 'stopped' | 'over' | 'withdrawn' | 'not-sent' | 'unknown'
}

/**
 * The receipt: how each letter of a writer ended, and the letters as confirmed. With `mayBeShown` false the letters are left out, because
 * they have a withheld name or the campaign is hidden. `now` in epoch ms.
 */
export function receiptMail(
  campaign: Campaign,
  id: string,
  draft: ConfirmedDraft,
  outcomes: readonly LetterOutcome[],
  now: number,
  mayBeShown: boolean,
): Mail {
  const locale = emailStrings[draft.locale] === undefined ? FALLBACK_LOCALE : draft.locale
  const strings = emailStrings[locale] ?? {}
  const day = formatDay(locale, isoDay(now))
  const lines = outcomes.map(({ target, outcome }) => {
    const found = campaign.targets.find((one) => one.id === target)
    const role = found === undefined ? target : textIn(found.name ?? found.role, locale)
    return formatMessage(strings, locale, `receipt.${outcome}`, { target: role, day })
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
  status: RecipientStatus | 'not-sent' | null,
  target: string,
  stopped: ReadonlySet<string>,
  over: boolean,
): LetterOutcome {
  if (status === 'accepted' || status === 'refused' || status === 'not-sent') return { target, outcome: status }
  if (status === 'uncertain') return { target, outcome: 'unknown' }
  if (stopped.has(target)) return { target, outcome: 'stopped' }
  return { target, outcome: over ? 'over' : 'withdrawn' }
}
