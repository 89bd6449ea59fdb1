import type PDFDocument from 'pdfkit'
import { fromBase64 } from '../../../kit/bytes.ts'

/** Width and height of a sheet in points, at 72 to the inch. */
export const PAPERS = { a4: [595.28, 841.89], letter: [612, 792] } as const
export type Paper = keyof typeof PAPERS

export const isPaper = (name: string): name is Paper => Object.hasOwn(PAPERS, name)

/** Producer named in the PDF. No machine name and no time, because the same pages must give the same bytes. */
const MAKER = 'Tocsin'

/** An empty PDF without pages, tagged for screen readers, with the fonts `regular` and `bold`. */
export async function openPdf(title: string, locale: string, paper: Paper): Promise<PDFDocument> {
  const [{ default: PDFDocument }, { regular, bold }] = await Promise.all([import('pdfkit'), loadFaces()])
  const pdf = new PDFDocument({
    size: PAPERS[paper],
    margin: 0,
    autoFirstPage: false,
    bufferPages: true, // page numbers are written last, when the number of pages is known
    font: null,
    pdfVersion: '1.7',
    tagged: true,
    lang: locale,
    displayTitle: true,
    info: { Title: title, Producer: MAKER, Creator: MAKER, CreationDate: new Date(0) },
  })
  delete pdf.info.CreationDate // PDFKit needs the date only to make the file identifier
  pdf.endMetadata = () => {} // PDFKit would write an XML copy of the title without escaping it
  return pdf.registerFont('regular', regular).registerFont('bold', bold)
}

/**
 * Finishes the document.
 * @returns the bytes of the file
 */
export async function closePdf(pdf: PDFDocument): Promise<Uint8Array<ArrayBuffer>> {
  const { toBytes } = await import('pdfkit/output')
  const bytes = toBytes(pdf)
  pdf.end()
  return bytes
}

type Faces = { regular: Uint8Array; bold: Uint8Array }
let faces: Faces | undefined

/** The fonts, decompressed once per isolate. */
async function loadFaces(): Promise<Faces> {
  if (faces !== undefined) return faces
  const { faces: packed } = await import('./font.gen.ts')
  const [regular, bold] = await Promise.all([packed.regular, packed.bold].map(inflated))
  if (regular === undefined || bold === undefined) throw new Error('font of PDFs: expected two faces, regular and bold')
  faces = { regular, bold }
  return faces
}

async function inflated(base64: string): Promise<Uint8Array> {
  const bytes = fromBase64(base64)
  if (bytes === null) throw new Error('font of PDFs: expected base64')
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
