import { displayName, oneLine } from '../../kit/characters.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { formatMessage } from '../../kit/messages.ts'
import { emailStrings } from '../bundled.gen.ts'

/**
 * The name that a letter is From: “Name via Sender”, in the letter's language. The address is ours, so a name alone would look like a
 * pretence, and mail servers rate it as one. The name is cut to 60 characters, so that the sender always shows.
 */
export function fromName(locale: string, name: string, senderName: string): string {
  const spoken = emailStrings[locale] === undefined ? FALLBACK_LOCALE : locale
  const values = { name: displayName(name), sender: oneLine(senderName) }
  return formatMessage(emailStrings[spoken] ?? {}, spoken, 'letter.via', values)
}
