import { formatDay } from '../../../kit/dates.ts'
import type { Prose } from '../../text/prose.ts'
import { canAllBeWritten } from './characters.ts'
import { closePdf, openPdf, type Paper } from './document.ts'
import { Pages } from './pages.ts'
import { drawProse } from './prose.ts'

/** A confirmed letter, as printed. */
export type SheetLetter = {
  /** Language of the letter (BCP 47). */
  locale: string
  /** Name, role and postal address of the target, as far as known, one per line, in the letter's language. */
  to: readonly string[]
  /** Day of confirmation: ISO 8601, or epoch milliseconds (then the day in UTC). */
  day: string | number
  /** The heading with the subject of the letter. */
  title: string
  /** The whole letter: salutation, model letter, the writer's sentence, name and place. */
  prose: Prose
}

/** Whether a letter can go into a PDF. A name or a sentence may contain characters that the embedded font lacks. */
export const letterCanBePdf = (letter: SheetLetter): boolean => canAllBeWritten({ ...letter, day: dayOf(letter) })

/**
 * A PDF of many letters, each on a new page. The same letters always give the same bytes. Null without letters, or when
 * `letterCanBePdf` is false for one; callers then use HTML.
 */
export async function lettersPdf(
  letters: readonly SheetLetter[],
  paper: Paper,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const [first] = letters
  if (first === undefined || !letters.every(letterCanBePdf)) return null
  const pdf = await openPdf(first.title, first.locale, paper)
  const pages = new Pages(pdf, paper)
  for (const letter of letters) {
    pages.begin()
    const part = pdf.struct('Sect', { lang: letter.locale })
    pdf.addStructure(part)
    pages.paragraph(part, [{ text: letter.to.join('\n') }])
    pages.gap()
    pages.paragraph(part, [{ text: dayOf(letter) }])
    pages.gap()
    pages.gap()
    pages.paragraph(part, [{ text: letter.title, bold: true }], pages.whole, {}, 'H1')
    pages.gap()
    drawProse(pages, part, letter.prose)
    part.end()
  }
  return closePdf(pdf)
}

const dayOf = ({ locale, day }: SheetLetter): string => formatDay(locale, day)
