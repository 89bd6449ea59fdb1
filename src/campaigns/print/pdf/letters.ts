import { formatDay } from '../../../kit/dates.ts'
import type { Prose } from '../../text/prose.ts'
import { canAllBeWritten } from './characters.ts'
import { closePdf, openPdf, type Paper } from './document.ts'
import { Pages } from './pages.ts'
import { drawProse } from './prose.ts'

/** A letter that somebody has written and confirmed, as it is put on paper. */
export type SheetLetter = {
  /** BCP 47: the letter's language. */
  locale: string
  /** Name, role and postal address of whom it is for, as far as they are known; a line each, in the letter's language. */
  to: readonly string[]
  /** On which its writer confirmed it: ISO 8601, or epoch milliseconds (then the day in UTC). */
  day: string | number
  /** The line above it that says what it is about. */
  title: string
  /** The whole letter: salutation, model, the writer's sentence, name and place. */
  prose: Prose
}

/** Whether it can go into a PDF: a name or a sentence may hold characters that the embedded font cannot write. */
export const letterCanBePdf = (letter: SheetLetter): boolean => canAllBeWritten({ ...letter, day: dayOf(letter) })

/**
 * Many letters, each beginning a page of its own; the same bytes for the same letters, whenever it is asked. Null where there are none, or one
 * that cannot be written (`letterCanBePdf` tells which): then the HTML of it has to do.
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
