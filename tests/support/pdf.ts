import { getDocumentProxy } from 'unpdf'

/** Points of the shorter and longer side of a sheet, at 72 to the inch. */
export const PAPER_SIZES = { a4: [595, 842], letter: [612, 792] } as const

/** One page: its text, single-spaced, the same by lines, and where its outermost characters stand, in points from each edge. */
export type PdfPage = {
  text: string
  lines: string[]
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
}

/** A PDF as Mozilla's pdf.js reads it, which shares nothing with what wrote it. */
export async function pagesOf(bytes: Uint8Array): Promise<PdfPage[]> {
  const pdf = await getDocumentProxy(bytes.slice()) // pdf.js keeps what it is given
  return Promise.all(
    Array.from({ length: pdf.numPages }, async (_, index) => {
      const sheet = await pdf.getPage(index + 1)
      const [, , width = 0, height = 0] = sheet.view
      const { items } = await sheet.getTextContent()
      const runs = items.flatMap((run) => ('str' in run && run.str.trim() !== '' ? [run] : []))
      const at = (place: number) => runs.map(({ transform }) => Number(transform[place]))
      const text = items.map((run) => ('str' in run ? `${run.str}${run.hasEOL ? '\n' : ''}` : '')).join('')
      return {
        text: text.replace(/\s+/g, ' '),
        lines: text.split('\n'),
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

export type PdfFont = { name: string; missingFile: boolean; toUnicode: unknown }

/** The fonts that pages are written with; `missingFile`: the reader's own has to stand in. */
export async function fontsOf(bytes: Uint8Array): Promise<PdfFont[]> {
  const pdf = await getDocumentProxy(bytes.slice())
  const fonts = new Map<string, PdfFont>()
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number)
    await page.getOperatorList() // loads them
    const { items } = await page.getTextContent()
    for (const run of items)
      if ('fontName' in run && page.commonObjs.has(run.fontName))
        fonts.set(run.fontName, page.commonObjs.get(run.fontName))
  }
  return [...fonts.values()]
}

type Node = { role?: string; lang?: string; children?: Node[] }

/** What a screen reader is told of a page: the roles of its elements, with their languages, in order and nested. */
export async function structureOf(bytes: Uint8Array, page: number): Promise<string> {
  const pdf = await getDocumentProxy(bytes.slice())
  const tree = (await (await pdf.getPage(page)).getStructTree()) as Node | null
  const said = ({ role, lang, children = [] }: Node): string =>
    role === undefined ? '' : `${role}${lang ? `[${lang}]` : ''}(${children.map(said).filter(Boolean).join(' ')})`
  return tree === null ? '' : said(tree).replaceAll('()', '')
}

/** Title and whatever else the file says of itself. */
export async function metadataOf(bytes: Uint8Array): Promise<Record<string, unknown>> {
  return (await (await getDocumentProxy(bytes.slice())).getMetadata()).info as Record<string, unknown>
}

/** Without white space, as a line may end anywhere. */
export const dense = (text: string): string => text.replace(/\s+/g, '')
