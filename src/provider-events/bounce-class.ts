/**
 * Class of a bounce. `hard`: no such mailbox. `soft`: temporary (full, unreachable); many in a row suppress the address.
 * `refused`: this mail or sender was rejected (size, content, policy, spam), which does not count against the person.
 */
export type BounceClass = 'hard' | 'soft' | 'refused'

/** What a provider says about a bounce: its own type, a status code (basic or enhanced), and words, usually the mail server's reply. */
type BounceSigns = { type?: string | undefined; code?: string | number | undefined; text?: string | undefined }

/** Enhanced status codes (RFC 3463 §3, registry RFC 5248) that override the provider's own type. */
const BY_STATUS: readonly [RegExp, BounceClass][] = [
  [/^5\.1\.(?:1|3|6|10)$/, 'hard'], // no such mailbox, bad syntax, moved, no mail accepted
  [/^[45]\.1\.[78]$/, 'refused'], // the sender's address
  [/^[45]\.2\.2$/, 'soft'], // mailbox full
  [/^[45]\.2\.3$/, 'refused'], // longer than this mailbox takes
  [/^[45]\.3\.4$/, 'refused'], // too big for the system
  [/^[45]\.6\./, 'refused'], // content or media
  [/^[45]\.7\./, 'refused'], // security or policy: spam filters, DMARC, greylisting, blocked addresses
]
/** Enhanced codes that decide if the provider has no type of its own. */
const BY_STATUS_ALONE: readonly [RegExp, BounceClass][] = [
  [/^5\.(?:1\.[024]|2\.1)$/, 'hard'], // address, system or route; mailbox disabled
  [/^4\./, 'soft'],
]

const ENHANCED = /(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)/
/** Replies 552 (storage or size) and 554 (whole transaction), which do not say whether the mailbox exists (RFC 5321 §4.2.3). */
const BASIC_NOT_ABOUT_MAILBOX = /^\s*(?:smtp;\s*)?55[24]\b/

/** Words that decide if neither the type nor a code does, in this order. */
const BY_WORDS: readonly [RegExp, BounceClass][] = [
  [/\bnot an? hard.?bounce/i, 'soft'],
  [
    /\bspam\b|\bvirus|policy|reputation|blac?k.?list|block.?list|\bblocked\b|grey.?list|\b(?:dmarc|spf|dkim)\b/i,
    'refused',
  ],
  [/too (?:large|big)|size (?:limit|exceed)|content (?:rejected|the provider)|attachment/i, 'refused'],
  [/hard.?bounce|\bpermanent/i, 'hard'],
  [/soft.?bounce|temporar|transient|\bfull\b|quota|try (?:again|later)|timed? ?out/i, 'soft'],
  [/no such (?:user|mailbox|recipient|address|person)|(?:user|mailbox|recipient|address) unknown/i, 'hard'],
  [/unknown (?:user|mailbox|recipient|address)|(?:does ?n[o’']?t|not) exist|no longer (?:exists|in use)/i, 'hard'],
  [/(?:mailbox|user|recipient|address) (?:was )?not found|(?:mailbox|account) (?:is )?(?:disabled|inactive)/i, 'hard'],
  [
    /\b(?:account|mailbox|user|address) (?:(?:is|was|has been) )?(?:closed|deactivated|deleted|terminated)(?! the)/i,
    'hard',
  ],
  [/\bno longer (?:valid|active|works|available|accept)/i, 'hard'],
  [/invalid (?:recipient|mailbox|address|e-?mail)/i, 'hard'],
  [/(?<![\d.])(?:55[013])\b/, 'hard'], // basic replies about the mailbox
  [/(?<![\d.])(?:55[24])\b/, 'refused'],
]

const typeOf = (type = ''): 'hard' | 'soft' | null =>
  /^(?:hard|permanent)/i.test(type) ? 'hard' : /^(?:soft|transient|temporary)/i.test(type) ? 'soft' : null

/** The class of a pattern that fits, the first in order. */
const firstFit = (patterns: readonly [RegExp, BounceClass][], words: string): BounceClass | undefined =>
  patterns.find(([pattern]) => pattern.test(words))?.[1]

/**
 * Classifies a bounce. A clear code of the mail server comes first, because providers call a spam filter's refusal permanent too, and
 * people must not be suppressed for that. Then the provider's type. Without one, the code and the words decide; without these it is soft.
 */
export function classifyBounce({ type, code, text = '' }: BounceSigns): BounceClass {
  const own = typeOf(type)
  const status = ENHANCED.exec(String(code ?? ''))?.[0] ?? ENHANCED.exec(text)?.[0]
  const clear = status === undefined ? undefined : firstFit(BY_STATUS, status)
  if (clear !== undefined) return clear
  const words = `${code ?? ''} ${text}`
  if (own === 'hard' && status === undefined && BASIC_NOT_ABOUT_MAILBOX.test(words)) return 'refused'
  if (own !== null) return own
  return (status === undefined ? undefined : firstFit(BY_STATUS_ALONE, status)) ?? firstFit(BY_WORDS, words) ?? 'soft'
}
