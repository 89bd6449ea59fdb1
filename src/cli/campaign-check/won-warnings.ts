import type { CheckedCampaign, Warning } from './warning.ts'

/** Words that ask readers to act: `first` at the beginning of a sentence only, `anywhere` at any place. Patterns, without case. */
type AskingWords = { first?: string; anywhere: string }

/**
 * In English, French and Spanish an imperative begins its sentence, and the same form elsewhere can be a report (“they write”). In Russian,
 * Kazakh and Arabic the form itself is an imperative. Other languages are not judged.
 */
const ASKING: Readonly<Record<string, AskingWords>> = {
  en: {
    first: 'write|ask|demand|tell|urge|call on|call for|sign|send|support|help|join|stand|act',
    anywhere: 'please',
  },
  fr: {
    first:
      'écri(?:vez|s)|demande[zs]?|exige[zs]?|signe[zs]?|envo(?:yez|ie)|soutene[zs]|soutiens|aide[zs]?|dites|rejoi(?:gnez|ns)',
    anywhere: "s[’']il (?:vous|te) pla[iî]t",
  },
  es: {
    first: [
      'escrib(?:e|a|an|id)(?:les?)?|escríbel[eao]s?|pid(?:e|a|an)|pídel[eao]s?|exig(?:e|id)|exij(?:a|an)|dil(?:e|es)',
      'firm(?:a|e|en)|env[ií](?:a|e|en)|apoy(?:a|e|en)|ayud(?:a|e|en)',
    ].join('|'),
    anywhere: 'por favor',
  },
  ru: {
    anywhere: [
      'пожалуйста|(?:на)?пишите|напиши|(?:по)?требуйте|(?:по)?просите|попроси|подпишите|отправьте|поддержите',
      'помогите|скажите|присоединяйтесь|призовите',
    ].join('|'),
  },
  kk: {
    anywhere: 'өтінеміз|(?:жазыңыз|сұраңыз|қолдаңыз)(?:дар)?|(?:талап етіңіз|көмектесіңіз|жіберіңіз)(?:дер)?',
  },
  ar: { anywhere: 'من فضلكم?|رجاءً?|اكتبوا|اكتب|اطلبوا|اطلب|طالبوا|طالب|وق[ّ]?عوا|أرسلوا|ادعموا|ساعدوا' },
}

const SENTENCE = '(?<=^|[.!?…:;—–¡]\\s*)'
const NO_LETTER_BEFORE = '(?<![\\p{L}\\p{M}])'
const NO_LETTER_BEHIND = '(?![\\p{L}\\p{M}])'

/** The words of a text that ask readers to act; undefined if there are none, or the language is not judged. */
function askingIn(text: string, locale: string): string | undefined {
  const words = ASKING[locale.split('-')[0] ?? locale]
  if (words === undefined) return undefined
  const first = words.first === undefined ? '' : `${SENTENCE}(?:${words.first})|`
  return new RegExp(`${NO_LETTER_BEFORE}(?:${first}${words.anywhere})${NO_LETTER_BEHIND}`, 'iu').exec(text)?.[0]
}

/** The summaries of a won campaign that still ask readers to act. Lists, previews and share texts show the summary. */
export function wonWarnings({ campaign, inFront }: CheckedCampaign): Warning[] {
  if (campaign.status !== 'won') return []
  return Object.entries(campaign.words).flatMap(([locale, { summary }]) => {
    const asked = askingIn(summary, locale)
    const text = `the campaign is won, and its summary still asks (“${asked}”): say what was won`
    return asked === undefined ? [] : [inFront(locale, ['summary'], text)]
  })
}
