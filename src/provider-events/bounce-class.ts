import type { ProviderReport } from './provider.ts'

/** Meaning of an event, without person and time. */
export type ReportVerdict = Pick<ProviderReport, 'kind' | 'permanent' | 'suppresses'>

/**
 * Class of a bounce. `hard`: no such mailbox. `soft`: temporary (full, unreachable); many in a row suppress the address.
 * `refused`: this mail or sender was rejected (size, content, policy, spam), which does not count against the person.
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

/** Row of a table for a key from outside; undefined for missing keys, and for inherited ones such as `constructor`. */
export const lookUp = <T>(table: Readonly<Record<string, T>>, word: string | null | undefined): T | undefined =>
  typeof word === 'string' && Object.hasOwn(table, word) ? table[word] : undefined

/** Enhanced status codes (RFC 3463 §3, registry RFC 5248) that override the provider's own class. */
const BY_STATUS: readonly [RegExp, BounceClass][] = [
  [/^[45]\.1\.[78]$/, 'refused'], // the sender's address
  [/^[45]\.2\.2$/, 'soft'], // mailbox full
  [/^[45]\.2\.3$/, 'refused'], // longer than this mailbox takes
  [/^[45]\.3\.4$/, 'refused'], // too big for the system
  [/^[45]\.6\./, 'refused'], // content or media
  [/^[45]\.7\./, 'refused'], // security or policy: spam filters, DMARC, greylisting, blocked addresses
]

const ENHANCED = /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/
/** Replies 552 (storage or size) and 554 (whole transaction), which do not say whether the mailbox exists (RFC 5321 §4.2.3). */
const BASIC_NOT_ABOUT_MAILBOX = /^\s*(?:smtp;\s*)?55[24]\b/

/**
 * Corrects a provider's bounce class by the mail server's reply, where the reply is clear. Providers call spam filter refusals
 * permanent too, but people must not be suppressed for those.
 */
export function reclassify(bounce: BounceClass, answer: string | undefined): BounceClass {
  const status = ENHANCED.exec(answer ?? '')?.[0]
  if (status !== undefined) return BY_STATUS.find(([pattern]) => pattern.test(status))?.[1] ?? bounce
  return bounce === 'hard' && BASIC_NOT_ABOUT_MAILBOX.test(answer ?? '') ? 'refused' : bounce
}
