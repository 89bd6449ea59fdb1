import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { type Campaign, localesOf } from './campaign.ts'
import type { Channels, Definition } from './definition.ts'

/** What makes a letter to one target, before anybody shows it. */

export type Target = Definition['targets'][number]

/** Whether a sheet of paper can reach them: carried by the post, or through a fax machine. */
export const isOnPaper = ({ channels }: Pick<Target, 'channels'>): boolean =>
  channels.post !== undefined || channels.fax !== undefined

/** The ways on which no paper travels. */
export function otherWays({ channels }: Pick<Target, 'channels'>): Channels | null {
  const { post: _, fax: __, ...others } = channels
  return Object.keys(others).length === 0 ? null : others
}

/** The language of a letter to a target: theirs, else another form of it (`pt` for `pt-BR`), else English, which every campaign has. */
export function letterLocale(campaign: Campaign, { locale }: Pick<Target, 'locale'>): string {
  const written = localesOf(campaign)
  if (written.includes(locale)) return locale
  return written.find((other) => isSameLanguage(other, locale)) ?? FALLBACK_LOCALE
}

export const isSameLanguage = (a: string, b: string): boolean => a.split('-')[0] === b.split('-')[0]
