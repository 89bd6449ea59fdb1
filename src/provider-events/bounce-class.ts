import type { ProviderReport } from './provider.ts'

/** What an event means, without whom and when. */
export type ReportVerdict = Pick<ProviderReport, 'kind' | 'permanent' | 'suppresses'>

/**
 * `hard`: there is no such mailbox. `soft`: there is, but it took nothing now (full, silent, switched off): counted, and many in a
 * row tell. `refused`: this mail or this sender was not wanted (size, content, policy, spam): says nothing of the person.
 */
export type BounceClass = 'hard' | 'soft' | 'refused'

export const VERDICTS = {
  delivered: { kind: 'delivered', permanent: false, suppresses: false },
  deferred: { kind: 'deferred', permanent: false, suppresses: false },
  hard: { kind: 'bounced', permanent: true, suppresses: true },
  soft: { kind: 'bounced', permanent: false, suppresses: true },
  refused: { kind: 'bounced', permanent: false, suppresses: false },
  complained: { kind: 'complained', permanent: false, suppresses: true },
  unsubscribed: { kind: 'unsubscribed', permanent: false, suppresses: true },
} as const satisfies Record<string, ReportVerdict>

/** A table's row for a word from outside, which may be `constructor`. */
export const lookUp = <T>(table: Readonly<Record<string, T>>, word: string | null | undefined): T | undefined =>
  typeof word === 'string' && Object.hasOwn(table, word) ? table[word] : undefined

/** The enhanced status codes of RFC 3463 §3 (registry: RFC 5248) that a provider's class cannot be right about. */
const BY_STATUS: readonly [RegExp, BounceClass][] = [
  [/^[45]\.1\.[78]$/, 'refused'], // the sender's address
  [/^[45]\.2\.2$/, 'soft'], // mailbox full
  [/^[45]\.2\.3$/, 'refused'], // longer than this mailbox takes
  [/^[45]\.3\.4$/, 'refused'], // too big for the system
  [/^[45]\.6\./, 'refused'], // content or media
  [/^[45]\.7\./, 'refused'], // security or policy: spam filters, DMARC, greylisting, blocked addresses
]

const ENHANCED = /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/
/** RFC 5321 §4.2.3: 552 is storage or size, 554 the transaction as a whole; neither is about whether the mailbox exists. */
const BASIC_NOT_ABOUT_MAILBOX = /^\s*(?:smtp;\s*)?55[24]\b/

/**
 * A bounce as the provider classes it, corrected by the mail server's own words where those are clear: providers call a
 * refusal by a spam filter permanent too, and a person must not be suppressed for that.
 */
export function reclassify(bounce: BounceClass, answer: string | undefined): BounceClass {
  const status = ENHANCED.exec(answer ?? '')?.[0]
  if (status !== undefined) return BY_STATUS.find(([pattern]) => pattern.test(status))?.[1] ?? bounce
  return bounce === 'hard' && BASIC_NOT_ABOUT_MAILBOX.test(answer ?? '') ? 'refused' : bounce
}
