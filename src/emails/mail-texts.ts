import { isolated } from '../campaigns/text/isolates.ts'
import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { formatMessage, type MessageValues } from '../kit/messages.ts'
import { emailStrings } from './bundled.gen.ts'

/** Texts of mails in one language, English if there are none in it. `locale` is the language used. */
export type MailTexts = { locale: string; t: (key: string, values?: MessageValues) => string }

/** The texts of `emails/strings`. Values in them keep their own direction. */
export function mailTexts(wanted: string): MailTexts {
  const locale = emailStrings[wanted] === undefined ? FALLBACK_LOCALE : wanted
  const strings = emailStrings[locale] ?? {}
  return { locale, t: (key, values = {}) => formatMessage(strings, locale, key, isolatedValues(locale, values)) }
}

const isolatedValues = (locale: string, values: MessageValues): MessageValues =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? isolated(locale, value) : value]),
  )

/** A label with its colon, before a value: `About the case:`. */
export const labelled = ({ t }: MailTexts, label: string): string => t('label.before', { label })
