import type { RememberedReason } from '../transport.ts'
import type { ProviderRefusal } from './refusal.ts'

/** Texts about the sender or the account, not about the person. */
const NOT_THE_PERSON = /\b(?:sender|from address|your (?:account|domain|ip)|ip address)\b/i

const COMPLAINED =
  /complain|spam(?:ming)? ?(?:user|contact|report)|report(?:ed|ing)\b.{0,20}\bspam|marked\b.{0,30}\bspam|^spam$/i
const UNSUBSCRIBED =
  /unsubscri|opt(?:ed)?[ -]?out|manual|(?:black|block)-?list(?:ed)? (?:user|contact|recipient|address)|admin ?blocked|deactivated/i
/** A list of the provider's own, which does not say why somebody is on it: perhaps because they asked. */
const ON_LIST = /(?:black|block)-?listed|on the (?:black|block)-?list/.source
const LISTED = new RegExp(
  `\\b(?:user|contact|recipient|address|e-?mail) (?:(?:is|was|has been) )?(?:${ON_LIST})|exclusion list`,
  'i',
)
const BOUNCED = /bounc|\binvalid (?:address|recipient|e-?mail)/i

/** What a provider's words say that it remembers of a person; null if they say nothing of the kind. */
export function rememberedIn(text: string | undefined): RememberedReason | null {
  if (text === undefined || NOT_THE_PERSON.test(text)) return null
  if (COMPLAINED.test(text)) return 'complained'
  if (UNSUBSCRIBED.test(text)) return 'unsubscribed'
  if (BOUNCED.test(text)) return 'bounced'
  return LISTED.test(text) ? 'unsubscribed' : null
}

/** Phrases that say that a person, and not the account, is held back. */
const PERSON = /\b(?:recipient|contact|subscriber|address|user|e-?mail)s?\b/.source
const HELD_BACK = /\b(?:suppress|inactive|unsubscrib|opted|(?:black|block)-?list|complain|bounc)/.source
const OF_A_PERSON = new RegExp(`${PERSON}.{0,60}${HELD_BACK}`, 'i')
const OF_THE_ACCOUNT = /\b(?:account|domain|api key|plan)\b/i
const ON_A_LIST = /\bsuppression list\b|\b(?:black|block)-?listed (?:recipient|contact|address|e-?mail)/i

/**
 * The refusal of one person whom the provider remembers, by the words of its answer; undefined if they say nothing of the kind. Words that
 * do not say why, or that name several reasons, are read as an opt-out: that the person wants no mail is possible.
 */
export function rememberedRefusal(provider: string, text: string): ProviderRefusal | undefined {
  const isOfPerson = OF_A_PERSON.test(text) && !NOT_THE_PERSON.test(text) && !OF_THE_ACCOUNT.test(text)
  if (!isOfPerson && !ON_A_LIST.test(text)) return undefined
  const reasons = [COMPLAINED, UNSUBSCRIBED, BOUNCED].filter((pattern) => pattern.test(text))
  const remembered = reasons.length === 1 ? (rememberedIn(text) ?? 'unsubscribed') : 'unsubscribed'
  const detail = `the address is on ${provider}’s suppression list`
  return { reason: 'suppressed', permanent: true, detail, remembered }
}
