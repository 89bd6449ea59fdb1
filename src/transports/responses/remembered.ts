/** Why a provider holds mail to a person back: what it remembers of them, in the words of a suppression. */
export type RememberedReason = 'bounced' | 'unsubscribed' | 'complained'

/** Texts about the sender or the account, not about the person. */
const NOT_THE_PERSON = /\b(?:sender|from address|your (?:account|domain|ip)|ip address)\b/i

const COMPLAINED =
  /complain|spam(?:ming)? ?(?:user|contact|report)|report(?:ed|ing)\b.{0,20}\bspam|marked\b.{0,30}\bspam|^spam$/i
const UNSUBSCRIBED =
  /unsubscri|opt(?:ed)?[ -]?out|manual|(?:black|block)-?list(?:ed)? (?:user|contact|recipient|address)|admin ?blocked|deactivated/i
const BOUNCED = /bounc|\binvalid (?:address|recipient|e-?mail)/i

/** What a provider's words say that it remembers of a person; null if they say nothing of the kind. */
export function rememberedIn(text: string | undefined): RememberedReason | null {
  if (text === undefined || NOT_THE_PERSON.test(text)) return null
  if (COMPLAINED.test(text)) return 'complained'
  if (UNSUBSCRIBED.test(text)) return 'unsubscribed'
  return BOUNCED.test(text) ? 'bounced' : null
}
