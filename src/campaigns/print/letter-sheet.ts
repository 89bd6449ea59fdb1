import type { Settings } from '../../env.ts'
import { formatDay } from '../../kit/dates.ts'
import { defined } from '../../kit/defined.ts'
import { translator } from '../../kit/page-texts.ts'
import { absolute, paths } from '../../paths.ts'
import { type Campaign, textIn } from '../campaign.ts'
import { letterLocale, letterWords, type Target } from '../letters.ts'
import { campaignStatus, lastDayOfUse } from '../page-status.ts'
import { hasPostalChannel } from '../postal-channels.ts'
import type { Prose } from '../text/prose.ts'

/** What is printed on the sheet of one target, in the order in which it stands: for pages and PDFs alike. */
export type LetterSheet = {
  /** The letter's language: the target's, or the nearest that there is one in. */
  locale: string
  /** Said to whoever holds the sheet: in the language of the page it came from, and in its own. */
  warnings: Array<{ locale: string; text: string }>
  /** Name and role, as far as they are known. */
  addressee: string[]
  post?: string[]
  fax?: string[]
  title: string
  salutation: string
  letter?: Prose
  /** What leads up to them, and they. */
  demands?: { lead: string; items: string[] }
  /** Whether it has places to fill in and sign. */
  live: boolean
  /** Where the case can be read. */
  origin: { lead: string; url: string }
  /** A sentence about the last day on which it may be sent. */
  lastDay?: string
}

/** `locale`: of the page they are asked for on. */
type LetterSheetRequest = { locale: string; settings: Pick<Settings, 'publicUrl'>; campaign: Campaign }
export type PrintedLetter = { target: Target; sheet: LetterSheet }

/** One for each target that has post or fax, in the campaign's order; none of a campaign whose words may not be read. */
export function printedLetters(request: LetterSheetRequest, now: number): PrintedLetter[] {
  const status = campaignStatus(request.campaign, now)
  if (status === 'under-review' || status === 'draft') return []
  return request.campaign.targets
    .filter(hasPostalChannel)
    .map((target) => ({ target, sheet: letterSheet(request, target, status === 'open') }))
}

/** Where the case is not `live` it has no place to sign, and says that it must not be sent. */
function letterSheet(
  { locale: readerLocale, settings, campaign }: LetterSheetRequest,
  target: Target,
  live: boolean,
): LetterSheet {
  const locale = letterLocale(campaign, target)
  const t = translator(locale)
  const { title, letter, demands } = letterWords(campaign, target)
  const { post, fax } = target.channels
  const lastDay = live ? lastDayOfUse(campaign) : undefined
  const warnings = [...(live ? [] : ['sheet.dead']), ...(campaign.invented ? ['notice.invented'] : [])]
  return {
    locale,
    warnings: (warnings.length === 0 ? [] : [...new Set([readerLocale, locale])]).map((language) => ({
      locale: language,
      text: warnings.map((key) => translator(language)(key)).join(' '),
    })),
    addressee: [target.name, target.role].flatMap((text) => (text === undefined ? [] : [textIn(text, locale)])),
    ...defined({ post, fax }),
    title,
    salutation: textIn(target.salutation, locale),
    ...defined({ letter }),
    ...(demands.length > 0 && { demands: { lead: t('sheet.demands'), items: demands } }),
    live,
    origin: { lead: t('sheet.case'), url: absolute(settings.publicUrl, paths.campaign(locale, campaign.slug)) },
    ...(lastDay && { lastDay: t('sheet.last-day', { day: formatDay(locale, lastDay) }) }),
  }
}
