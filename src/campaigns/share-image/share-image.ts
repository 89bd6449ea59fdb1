import type { Settings } from '../../env.ts'
import { keeper } from '../../kit/byte-cache.ts'
import { directionOf } from '../../kit/locales.ts'
import { countryName } from '../../kit/names.ts'
import { textsIn } from '../../kit/page-texts.ts'
import { type Campaign, readIn, wordsIn } from '../campaign.ts'
import { mayBeMentioned, type Standing } from '../page-status.ts'
import { drawn } from './draw.ts'
import { layOut, type PictureText } from './layout.ts'

/** A picture that a link to a campaign is shown with: words only, those that its page begins with. Nobody's face and no further name. */
export type Picture = {
  locale: string // in which it is written
  version: string // another one for every picture that looks different
  alt: string
  draw(): Promise<Uint8Array<ArrayBuffer>>
}

/** Null where none may be shown, or none can be drawn (`layOut` says when). */
export function pictureOf(
  { senderName }: Pick<Settings, 'senderName'>,
  campaign: Campaign,
  readers: string,
  standing: Standing,
): Picture | null {
  if (!mayBeMentioned(standing)) return null
  const locale = readIn(campaign, readers)
  const t = textsIn(locale)
  const text: PictureText = {
    title: wordsIn(campaign, locale).title,
    status: t(`status.${standing}`),
    live: standing === 'open',
    where: [countryName(locale, campaign.country), ...(campaign.invented ? [t('kind.invented')] : [])],
    sender: senderName,
    fromRight: directionOf(locale) === 'rtl',
  }
  const layout = layOut(text)
  if (layout === null) return null
  return {
    locale,
    version: `${campaign.revision}-${standing}`,
    alt: [text.title, text.status, ...text.where].join(' · '),
    draw: () => drawnOnce(`${campaign.slug} ${locale} ${campaign.revision} ${standing}`, () => drawn(layout)),
  }
}

/** Pictures that an isolate keeps, of some 20 kB each: drawing one takes ten times the work of a page, and anybody may ask. */
const MAX_KEPT = 40
const drawnOnce = keeper(MAX_KEPT)
