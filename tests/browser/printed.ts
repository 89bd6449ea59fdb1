import type { Page } from 'playwright-core'
import { PAPER_SIZES, type PdfPage, pagesOf } from '../support/pdf.ts'

export const PAPERS = { A4: PAPER_SIZES.a4, Letter: PAPER_SIZES.letter } as const
export type Paper = keyof typeof PAPERS

/** Prints a page to PDF with the browser, and returns the PDF's pages. */
export const printed = async (page: Page, paper: Paper): Promise<PdfPage[]> =>
  pagesOf(new Uint8Array(await page.pdf({ format: paper })))
