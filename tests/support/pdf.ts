import { getDocumentProxy } from 'unpdf'

/** Width and height of each paper size in points (72 to the inch). */
export const PAPER_SIZES = { a4: [595, 842], letter: [612, 792] } as const

/** A page: its text with single spaces, its lines, its size, and the distance of the outermost characters from each edge, in points. */
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

/** The pages of a PDF as Mozilla's pdf.js reads them, independently of the code that wrote them. */
export async function pagesOf(bytes: Uint8Array): Promise<PdfPage[]> {
  const pdf = await getDocumentProxy(bytes.slice()) // pdf.js takes ownership of the bytes
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

/** The fonts of a PDF. `missingFile` is true if the font is not embedded. */
export async function fontsOf(bytes: Uint8Array): Promise<PdfFont[]> {
  const pdf = await getDocumentProxy(bytes.slice())
  const fonts = new Map<string, PdfFont>()
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number)
    await page.getOperatorList() // loads the fonts
    const { items } = await page.getTextContent()
    for (const run of items)
      if ('fontName' in run && page.commonObjs.has(run.fontName))
        fonts.set(run.fontName, page.commonObjs.get(run.fontName))
  }
  return [...fonts.values()]
}

type Node = { role?: string; lang?: string; children?: Node[] }

/** The structure of a page for screen readers: nested roles with their languages, such as `P[ru](Span)`. */
export async function structureOf(bytes: Uint8Array, page: number): Promise<string> {
  const pdf = await getDocumentProxy(bytes.slice())
  const tree = (await (await pdf.getPage(page)).getStructTree()) as Node | null
  const outline = ({ role, lang, children = [] }: Node): string =>
    role === undefined ? '' : `${role}${lang ? `[${lang}]` : ''}(${children.map(outline).filter(Boolean).join(' ')})`
  return tree === null ? '' : outline(tree).replaceAll('()', '')
}

/** The document information of a PDF, such as Title. */
export async function metadataOf(bytes: Uint8Array): Promise<Record<string, unknown>> {
  return (await (await getDocumentProxy(bytes.slice())).getMetadata()).info as Record<string, unknown>
}

/** The text without white space, since a line may break anywhere. */
export const dense = (text: string): string => text.replace(/\s+/g, '')
