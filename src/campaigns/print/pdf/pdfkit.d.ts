/** The part of PDFKit in use; the package has no types. Lengths in points, y downwards from the top of the page. */
declare module 'pdfkit' {
  export type Struct = {
    add(child: Struct | (() => void)): Struct
    end(): void
  }
  export default class PDFDocument {
    constructor(options: {
      size: readonly [width: number, height: number]
      margin: 0
      autoFirstPage: false
      bufferPages: true
      font: null
      pdfVersion: '1.7'
      tagged: true
      lang: string
      displayTitle: true
      info: { Title: string; Producer: string; Creator: string; CreationDate?: Date }
    })
    info: Record<string, unknown>
    endMetadata(): void
    addPage(): this
    continueOnNewPage(): this
    bufferedPageRange(): { start: number; count: number }
    switchToPage(page: number): unknown
    registerFont(name: string, font: Uint8Array): this
    font(name: string): this
    fontSize(size: number): this
    fillColor(colour: string): this
    widthOfString(text: string): number
    text(
      text: string,
      x: number,
      y: number,
      options: { lineBreak: false; baseline: 'alphabetic'; oblique: boolean },
    ): this
    lineWidth(width: number): this
    moveTo(x: number, y: number): this
    lineTo(x: number, y: number): this
    rect(x: number, y: number, width: number, height: number): this
    stroke(colour: string): this
    struct(type: string, options?: { lang?: string; scope?: string }): Struct
    addStructure(element: Struct): this
    markContent(tag: 'Artifact'): this
    endMarkedContent(): this
    end(): void
  }
}

declare module 'pdfkit/output' {
  import type PDFDocument from 'pdfkit'
  export function toBytes(document: PDFDocument): Promise<Uint8Array<ArrayBuffer>>
}
