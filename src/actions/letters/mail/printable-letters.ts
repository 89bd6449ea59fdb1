import { type Campaign, textIn } from '../../../campaigns/campaign.ts'
import { letterLocale, letterWords, type Target } from '../../../campaigns/letter-language.ts'
import { letterCanBePdf, lettersPdf, type SheetLetter } from '../../../campaigns/print/pdf/letter-pdf.ts'
import type { DigestMailEntry } from '../../../emails/letters/digest.ts'
import { letterProse } from '../../../emails/letters/letter.ts'
import { letterSheets } from '../../../emails/letters/letter-sheets.ts'
import type { Attachment } from '../../../emails/message.ts'
import { utf8 } from '../../../kit/bytes.ts'
import { errorMessage } from '../../../kit/result.ts'
import { MAX_ATTACHMENT_BYTES } from '../../../transports/mime/attachments.ts'

/**
 * The letters of a digest as attachments for printing, one letter per sheet: an HTML page with all letters, and a PDF with those that its
 * font can write. The PDF is left out when it fails or is too large. Equal arguments give equal bytes. `date` in epoch ms.
 */
export async function printableLetters(
  campaign: Campaign,
  target: Target,
  entries: readonly DigestMailEntry[],
  date: number,
  publicUrl: string,
): Promise<Attachment[]> {
  const page = utf8(letterSheets(campaign, target, entries, date, publicUrl))
  const sheets: Attachment = { filename: 'letters.html', contentType: 'text/html; charset=utf-8', content: page }
  const writable = onPaper(campaign, target, entries, date).filter(letterCanBePdf)
  const pdf = await lettersPdf(writable, 'a4').catch((error: unknown) => {
    console.error('letters.pdf', campaign.slug, errorMessage(error))
    return null // the HTML page has the same letters, so the mail can go
  })
  if (pdf === null || page.length + pdf.length > MAX_ATTACHMENT_BYTES) return [sheets]
  return [sheets, { filename: 'letters.pdf', contentType: 'application/pdf', content: pdf }]
}

/** The letters as the PDF needs them. `day` in epoch ms. */
function onPaper(campaign: Campaign, target: Target, entries: readonly DigestMailEntry[], day: number): SheetLetter[] {
  const locale = letterLocale(campaign, target)
  const { title } = letterWords(campaign, target)
  const role = textIn(target.role, locale)
  const name = target.name === undefined ? [] : [textIn(target.name, locale)]
  const to = [...name, role, ...(target.channels.post ?? [])]
  return entries.map(({ name, place, text }) => {
    const prose = letterProse(campaign, target, { name, place, sentence: text })
    return { locale, to, day, title, prose }
  })
}
