import type { CampaignWords } from '../../campaigns/campaign.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import type { CheckedCampaign, Warning } from './warning.ts'

const SECTIONS = { background: 'Background', openLetter: 'Open letter', letter: 'Letter', support: 'Support' } as const
const FIELDS: ReadonlyArray<[name: string, read: (words: CampaignWords) => unknown]> = [
  ['subjects.update', ({ subjects }) => subjects.update],
  ['author', ({ author }) => author],
  ['author.office', ({ author }) => author?.office],
  ['dateline', ({ dateline }) => dateline],
]

/** What readers see first. In a translation it has words of its own. */
const firstSeen = ({ title, summary, subjects }: CampaignWords): Array<[path: string[], text: string | undefined]> => [
  [['title'], title],
  [['summary'], summary],
  [['subjects', 'appeal'], subjects.appeal],
  ...(['updates', 'corrections'] as const).flatMap((field) =>
    Object.entries(subjects[field] ?? {}).map(([day, text]): [string[], string] => [['subjects', field, day], text]),
  ),
]

/** What a translation lacks that the English text has, what is still in English, and translations older than the English text. */
export function translationWarnings({ campaign, inFront }: CheckedCampaign): Warning[] {
  const { [FALLBACK_LOCALE]: english, ...translations } = campaign.words
  if (english === undefined) return []
  return Object.entries(translations).flatMap(([locale, words]) => {
    const warnings: Warning[] = []
    const warn = (path: readonly string[], text: string) => warnings.push(inFront(locale, path, text))
    if (words.stale) warn(['madeFrom'], staleText(`${campaign.slug}/${locale}`, words.madeFrom))
    const inEnglish = new Map(firstSeen(english).map(([path, text]) => [path.join('.'), text]))
    for (const [path, text] of firstSeen(words))
      if (text !== undefined && text === inEnglish.get(path.join('.')))
        warn(path, `${path.join('.')} is the same as in en.md: translate it`)
    const [here, there] = [words.demands.length, english.demands.length]
    if (here !== there)
      warn(
        ['demands'],
        `${count(here, 'demand')}; en.md has ${there}: readers of this language are asked for something else`,
      )
    for (const [name, read] of FIELDS) {
      const isWithin = name.includes('.') && words.author === undefined && name.startsWith('author')
      if (read(english) !== undefined && read(words) === undefined && !isWithin)
        warn([name.split('.')[0] ?? name], `no ${name}, which en.md has: add it`)
    }
    for (const [name, heading] of Object.entries(SECTIONS) as Array<[keyof typeof SECTIONS, string]>)
      if (english[name] !== undefined && words[name] === undefined)
        warn([], `no ## ${heading}, which en.md has: readers of this language do not get it`)
    for (const { id, title } of english.updates)
      if (!words.updates.some((update) => update.id === id))
        warn([], `no ## Update ${id} (“${title}”), which en.md has: it is not sent in this language`)
    return warnings
  })
}

const staleText = (text: string, madeFrom: string | undefined): string => {
  const stamp = `then run npm run check -- --stamp ${text}`
  return madeFrom === undefined
    ? `stale: it was never marked as a translation of en.md; compare the two, ${stamp}`
    : `stale: en.md has changed since; update the translation, ${stamp}`
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
