import { IntlMessageFormat } from 'intl-messageformat'
import { formatTag } from './locales.ts'

/** The texts of one language: key to ICU message (unicode-org.github.io/icu/userguide/format_parse/messages). */
export type Messages = Readonly<Record<string, string>>

export type MessageValues = Readonly<Record<string, string | number | Date>>

/** `{day, date, long}`: a calendar day. In UTC, because a zone taken from the machine would change the text with the place it runs. */
const FORMATS = { date: { long: { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } } } as const

const parsed = new WeakMap<Messages, Map<string, IntlMessageFormat>>()

/**
 * One text, with its plural, select and date forms chosen for the language. Plain text: whoever shows it escapes it.
 * @throws Error on a key the language lacks, or a value the message asks for and was not given.
 */
export function formatMessage(strings: Messages, locale: string, key: string, values: MessageValues = {}): string {
  const formatted = messageOf(strings, locale, key).format(values)
  return String(formatted)
}

function messageOf(strings: Messages, locale: string, key: string): IntlMessageFormat {
  const messages = parsed.get(strings) ?? new Map<string, IntlMessageFormat>()
  parsed.set(strings, messages)
  const known = messages.get(key)
  if (known !== undefined) return known
  const text = Object.hasOwn(strings, key) ? strings[key] : undefined
  if (text === undefined) throw new Error(`no text "${key}" in ${locale}: add it to the strings of that language`)
  const message = new IntlMessageFormat(text, formatTag(locale), FORMATS, { ignoreTag: true }) // "<" is only a character in our texts
  messages.set(key, message)
  return message
}
