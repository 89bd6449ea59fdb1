/** The three campaigns of the day: invented, each with four targets, copies, a support contact and a moderator. */

import type { DaySize } from './size.ts'

/** Slugs in the order in which writers are spread over them. The last one is published during the day. */
export const SLUGS = ['north-quay', 'glass-works', 'river-tram'] as const
export const NEW_SLUG = SLUGS[2]

export const LANGUAGES = ['en', 'ru', 'fr', 'es', 'kk', 'ar'] as const

/** How a target gets letters. The first three get each letter in its own mail. */
export const TARGETS = [
  { id: 'director', locale: 'en', way: 'each' },
  { id: 'minister', locale: 'ru', way: 'each' },
  { id: 'inspector', locale: 'fr', way: 'each' },
  { id: 'owner', locale: 'ar', way: 'digest' },
] as const

export const targetAddress = (slug: string, target: string): string => `${target}@${slug}.example`
export const isTargetAddress = (to: string): boolean => TARGETS.some(({ id }) => to.startsWith(`${id}@`))

const SALUTATIONS = { en: 'Dear Sir or Madam', ru: 'Уважаемые господа', fr: 'Madame, Monsieur', ar: 'السيدات والسادة' }

const yamlOf = (slug: string, { perHour }: DaySize): string => `slug: ${slug}
invented: true
status: open
opened: 2026-11-20
country: IE
topics: [transport]
goal: { letters: 500 }
targets:
${TARGETS.map(
  ({ id, locale, way }) => `  - id: ${id}
    role: The ${id}
    locale: ${locale}
    salutation: ${SALUTATIONS[locale]}
    channels: { email: [${targetAddress(slug, id)}] }
    ladder: [${way}]
    zone: Europe/London${way === 'each' ? `\n    caps: { perHour: ${perHour} }` : ''}`,
).join('\n')}
copies:
  - id: deputy
    name: A deputy
    channels: { email: [deputy@${slug}.example] }
support:
  - id: committee
    name: The committee of the workers
    channels: { email: [committee@${slug}.example] }
moderators:
  - { email: moderator@${slug}.example, locale: en }
`

type Words = { title: string; demand: string; body: string; letter: string }

const WORDS: Record<(typeof LANGUAGES)[number], Words> = {
  en: {
    title: 'Three people need their work back',
    demand: 'Take the three back.',
    body: 'They reported a broken brake and lost their work the next morning. Nobody has looked at the brake since.',
    letter: 'Please take the three people back and have the brake repaired.',
  },
  ru: {
    title: 'Трое должны вернуться на работу',
    demand: 'Верните троих на работу.',
    body: 'Они сообщили о неисправном тормозе и наутро потеряли работу. Тормоз с тех пор никто не осматривал.',
    letter: 'Прошу вернуть троих на работу и починить тормоз.',
  },
  fr: {
    title: 'Trois personnes doivent retrouver leur travail',
    demand: 'Reprenez les trois.',
    body: 'Elles ont signalé un frein cassé et ont perdu leur travail le lendemain. Personne n’a regardé le frein depuis.',
    letter: 'Je vous prie de reprendre ces trois personnes et de faire réparer le frein.',
  },
  es: {
    title: 'Tres personas deben recuperar su trabajo',
    demand: 'Readmitan a los tres.',
    body: 'Avisaron de un freno roto y a la mañana siguiente perdieron el trabajo. Nadie ha mirado el freno desde entonces.',
    letter: 'Les pido que readmitan a las tres personas y que reparen el freno.',
  },
  kk: {
    title: 'Үш адам жұмысына қайтуы керек',
    demand: 'Үшеуін жұмысқа қайтарыңыз.',
    body: 'Олар бұзылған тежегіш туралы хабарлап, келесі таңда жұмысынан айырылды. Содан бері тежегішті ешкім қараған жоқ.',
    letter: 'Үш адамды жұмысқа қайтарып, тежегішті жөндеуіңізді сұраймын.',
  },
  ar: {
    title: 'ثلاثة أشخاص يجب أن يعودوا إلى عملهم',
    demand: 'أعيدوا الثلاثة إلى العمل.',
    body: 'أبلغوا عن مكبح معطّل ففقدوا عملهم في صباح اليوم التالي. ولم يفحص أحد المكبح منذ ذلك الحين.',
    letter: 'أرجو إعادة الأشخاص الثلاثة إلى عملهم وإصلاح المكبح.',
  },
}

const textOf = ({ title, demand, body, letter }: Words): string => `---
title: ${title}
summary: ${body}
subjects: { appeal: ${title} }
demands:
  - ${demand}
---

## Appeal

${Array.from({ length: 6 }, () => body).join('\n\n')}

## Letter

${letter}

## Support

${demand}
`

export const filesOf = (slug: string, size: DaySize): Record<string, string> => ({
  'campaign.yaml': yamlOf(slug, size),
  ...Object.fromEntries(LANGUAGES.map((locale) => [`${locale}.md`, textOf(WORDS[locale])])),
})
