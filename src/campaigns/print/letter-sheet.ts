import type { Settings } from '../../env.ts'
import { defined } from '../../kit/defined.ts'
import { translator } from '../../kit/page-texts.ts'
import { absolute, paths } from '../../paths.ts'
import { type Campaign, textIn } from '../campaign.ts'
import { letterLocale, letterWords, type Target } from '../letter-language.ts'
import { campaignStatus } from '../page-status.ts'
import { hasPostalChannel } from '../postal-channels.ts'
import { demandsBelow } from '../text/letter-demands.ts'
import type { Prose } from '../text/prose.ts'
import { salutationLine } from '../text/salutation.ts'

/** Content of the printed sheet for one target, in print order. Shared by the HTML page and the PDF. */
export type LetterSheet = {
  /** Language of the letter, as `letterLocale` chooses. */
  locale: string
  /** Warnings to the person with the sheet, in the language of the page and in the language of the sheet. */
  warnings: Array<{ locale: string; text: string }>
  /** Name and role of the target, as far as known. */
  addressee: string[]
  post?: string[]
  fax?: string[]
  title: string
  salutation: string
  letter?: Prose
  /** The demands and the sentence before them, unless the letter itself has them. */
  demands?: { lead: string; items: string[] }
  /** Whether the sheet has blanks for a sentence, a name and a signature. */
  live: boolean
  /** Sentence and URL of the page with the whole case. */
  origin: { lead: string; url: string }
}

/** `locale` is the language of the page that offers the sheets. */
type LetterSheetRequest = { locale: string; settings: Pick<Settings, 'publicUrl'>; campaign: Campaign }
export type PrintedLetter = { target: Target; sheet: LetterSheet }

/** One sheet for each target with post or fax, in the campaign's order. Empty for a campaign whose text may not be read. */
export function printedLetters(request: LetterSheetRequest, now: number): PrintedLetter[] {
  const status = campaignStatus(request.campaign, now)
  if (status === 'under-review' || status === 'draft') return []
  return request.campaign.targets
    .filter(hasPostalChannel)
    .map((target) => ({ target, sheet: letterSheet(request, target, status === 'open') }))
}

/** The sheet of one target. When the case is not `live`, the sheet has no place to sign and warns against sending. */
function letterSheet(
  { locale: readerLocale, settings, campaign }: LetterSheetRequest,
  target: Target,
  live: boolean,
): LetterSheet {
  const locale = letterLocale(campaign, target)
  const t = translator(locale)
  const { title, letter, demands } = letterWords(campaign, target)
  const items = [...demandsBelow(letter ?? [], demands)]
  const { post, fax } = target.channels
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
    salutation: salutationLine(textIn(target.salutation, locale), locale),
    ...defined({ letter }),
    ...(items.length > 0 && { demands: { lead: t('sheet.demands'), items } }),
    live,
    origin: { lead: t('sheet.case'), url: absolute(settings.publicUrl, paths.campaign(locale, campaign.slug)) },
  }
}
