import { rememberedIn } from '../transports/responses/remembered.ts'
import type { RememberedReason } from '../transports/transport.ts'
import type { ProviderReport } from './provider.ts'

/**
 * Meaning of an event, without person and time. `earlier`: a complaint about an earlier mail, which the provider remembers. It suppresses,
 * but does not count against the dispatch whose mail was held back.
 */
export type ReportVerdict = Pick<ProviderReport, 'kind' | 'permanent' | 'suppresses'> & { earlier?: true }

export const VERDICTS = {
  delivered: { kind: 'delivered', permanent: false, suppresses: false },
  deferred: { kind: 'deferred', permanent: false, suppresses: false },
  hard: { kind: 'bounced', permanent: true, suppresses: true },
  soft: { kind: 'bounced', permanent: false, suppresses: true },
  refused: { kind: 'bounced', permanent: false, suppresses: false },
  complained: { kind: 'complained', permanent: false, suppresses: true },
  complainedEarlier: { kind: 'complained', permanent: false, suppresses: true, earlier: true },
  unsubscribed: { kind: 'unsubscribed', permanent: false, suppresses: true },
} as const satisfies Record<string, ReportVerdict>

/** Row of a table for a key from outside; undefined for missing keys, and for inherited ones such as `constructor`. */
export const lookUp = <T>(table: Readonly<Record<string, T>>, word: string | null | undefined): T | undefined =>
  typeof word === 'string' && Object.hasOwn(table, word) ? table[word] : undefined

/** Verdicts by what a provider remembers of a person. Its complaint was about an earlier mail. */
const REMEMBERED: Readonly<Record<RememberedReason, ReportVerdict>> = {
  bounced: VERDICTS.hard,
  unsubscribed: VERDICTS.unsubscribed,
  complained: VERDICTS.complainedEarlier,
}

/** The verdict on a mail that a provider held back, by its words; null if they do not say that it remembers the person. */
export function rememberedVerdict(text: string | undefined): ReportVerdict | null {
  const reason = rememberedIn(text)
  return reason === null ? null : REMEMBERED[reason]
}
