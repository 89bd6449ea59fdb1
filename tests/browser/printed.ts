import type { Page } from 'playwright-core'
import { getDocumentProxy } from 'unpdf'

/** Points of the shorter and longer side of a sheet, at 72 to the inch. */
export const PAPERS = { A4: [595, 842], Letter: [612, 792] } as const
export type Paper = keyof typeof PAPERS

/** One printed page: its text, single-spaced, and where its outermost characters stand, in points from each edge. */
export type PrintedPage = {
  text: string
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
}

/** What comes out of the printer, read back by Mozilla's pdf.js. */
export async function printed(page: Page, paper: Paper): Promise<PrintedPage[]> {
  const pdf = await getDocumentProxy(new Uint8Array(await page.pdf({ format: paper })))
  return Promise.all(
    Array.from({ length: pdf.numPages }, async (_, index) => {
      const sheet = await pdf.getPage(index + 1)
      const [, , width = 0, height = 0] = sheet.view
      const { items } = await sheet.getTextContent()
      const runs = items.flatMap((run) => ('str' in run && run.str.trim() !== '' ? [run] : []))
      const at = (place: number) => runs.map(({ transform }) => Number(transform[place]))
      return {
        text: items
          .map((run) => ('str' in run ? `${run.str}${run.hasEOL ? ' ' : ''}` : ''))
          .join('')
          .replace(/\s+/g, ' '),
        width,
        height,
        left: Math.min(...at(4)),
        right: width - Math.max(...runs.map(({ transform, width }) => Number(transform[4]) + width)),
        top: height - Math.max(...runs.map(({ transform, height }) => Number(transform[5]) + height)),
        bottom: Math.min(...at(5)),
      }
    }),
  )
}
