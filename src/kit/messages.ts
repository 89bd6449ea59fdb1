import { IntlMessageFormat } from 'intl-messageformat'
import { formatTag } from './locales.ts'

/** The texts of one language: key to ICU message (unicode-org.github.io/icu/userguide/format_parse/messages). */
type Messages = Readonly<Record<string, string>>

export type MessageValues = Readonly<Record<string, string | number | Date>>

/** `{day, date, long}` formats a calendar day. UTC, because the zone of the machine would change the text. */
const FORMATS = { date: { long: { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } } } as const

const parsed = new WeakMap<Messages, Map<string, IntlMessageFormat>>()

/**
 * One text in plain form, with the plural, select and date forms of the language. The caller escapes the result.
 * @throws Error on an unknown key, or when a value of the message is missing.
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
  // "<" is an ordinary character in the texts
  const message = new IntlMessageFormat(text, formatTag(locale), FORMATS, { ignoreTag: true })
  messages.set(key, message)
  return message
}
