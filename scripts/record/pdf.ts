/** Shows PDFs as lines for a diff. Their bytes are not compared, since another subset of the same font changes them. */

import { getDocumentProxy } from 'unpdf'

export const isPdf = (bytes: Buffer): boolean => bytes.subarray(0, 5).toString('latin1') === '%PDF-'

/** A PDF as pdf.js reads it: the size of each page, and each text with position and size in points with one decimal. */
export async function pdfAsText(bytes: Buffer): Promise<Buffer> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes))
  const { info } = await pdf.getMetadata()
  const lines = [`[PDF, ${pdf.numPages} pages]`, JSON.stringify(info)]
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number)
    const { items } = await page.getTextContent()
    lines.push(`page ${number}: ${page.view.join(' ')}`)
    for (const item of items)
      if ('str' in item && item.str.trim() !== '')
        lines.push(`${[item.transform[4], item.transform[5], item.height].map(tenths).join(' ')} ${item.str}`)
  }
  return Buffer.from(lines.join('\n'))
}

const tenths = (points: unknown): string => Number(points).toFixed(1)
