import { type Campaign, textIn } from '../../../campaigns/campaign.ts'
import type { RecipientStatus } from '../../../delivery/recipient-statuses.ts'
import { emailStrings } from '../../../emails/bundled.gen.ts'
import { receiptValues } from '../../../emails/values.ts'
import { formatDay } from '../../../kit/dates.ts'
import { isoDay } from '../../../kit/day.ts'
import { FALLBACK_LOCALE } from '../../../kit/locales.ts'
import { formatMessage } from '../../../kit/messages.ts'
import type { TransactionalMail as Mail } from '../../../mailbox/mailbox-queue.ts'
import type { ConfirmedDraft } from '../../drafts/draft.ts'

/** How a letter to one address ended. */
export type LetterOutcome = {
  target: string
  outcome: 'accepted' | 'refused' | 'stopped' | 'over' | 'withdrawn' | 'unknown'
}

/**
 * The mail that tells a writer what became of their letters, once all of them have come to an end, with the letters as they were
 * confirmed. What may not be shown any more, because it names somebody who may not be named, is left out of it. `now` in epoch ms.
 */
export function receiptMail(
  campaign: Campaign,
  id: string,
  draft: ConfirmedDraft,
  endings: readonly LetterOutcome[],
  now: number,
  mayBeShown: boolean,
): Mail {
  const locale = emailStrings[draft.locale] === undefined ? FALLBACK_LOCALE : draft.locale
  const strings = emailStrings[locale] ?? {}
  const day = formatDay(locale, isoDay(now))
  const lines = endings.map(({ target, outcome }) => {
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

/** By the status in the ledger: a letter that was let go was so with its target, with the campaign, or with its own text. */
export function toLetterOutcome(
  status: RecipientStatus | null,
  target: string,
  stopped: ReadonlySet<string>,
  over: boolean,
): LetterOutcome {
  if (status === 'accepted' || status === 'refused') return { target, outcome: status }
  if (status === 'uncertain') return { target, outcome: 'unknown' }
  if (stopped.has(target)) return { target, outcome: 'stopped' }
  return { target, outcome: over ? 'over' : 'withdrawn' }
}
