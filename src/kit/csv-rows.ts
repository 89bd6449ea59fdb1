const CR = 0x0d
const LF = 0x0a
const QUOTE = 0x22
const BOM = [0xef, 0xbb, 0xbf]
/** Comma, semicolon (spreadsheets of most of Europe) and tab; the header line tells which. */
const DELIMITERS = [',', ';', '\t']

export const isLineEnd = (byte: number): boolean => byte === LF || byte === CR

export function detectDelimiter(head: Uint8Array): string {
  const [line = ''] = new TextDecoder().decode(head).split(/[\r\n]/)
  const times = (delimiter: string) => line.split(delimiter).length
  return DELIMITERS.reduce((best, delimiter) => (times(delimiter) > times(best) ? delimiter : best))
}

/** A row as it stands in the file: the lines it takes, counted from 1, and whether its quotation marks are as RFC 4180 §2 has them. */
export type RowEnd = { first: number; last: number; isWhole: boolean }

type CsvState = 'cell' | 'plain' | 'quoted' | 'closing' | 'astray'

/**
 * Finds where the rows of a CSV end, byte by byte. A quotation mark opens a cell only at its beginning and closes it only at its end; any
 * other one makes the row unreadable up to the end of the line it stands on, and the next line is read afresh.
 */
export class CsvRows {
  readonly #delimiter: number
  #state: CsvState = 'cell'
  #afterCr = false
  #at = 0
  #line = 1
  #first = 1
  #ended: RowEnd | null = null

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0)
  }

  /** Whether a row ended: behind this byte, or before it when it is the first of another. `ended` then tells of it. */
  step(byte: number): 'no' | 'behind' | 'before' {
    const afterCr = this.#afterCr
    this.#afterCr = byte === CR
    if (afterCr && byte !== LF) {
      const isEnd = this.#state !== 'quoted'
      this.#lineEnds()
      this.#read(byte)
      return isEnd ? 'before' : 'no'
    }
    this.#read(byte)
    if (byte !== LF) return 'no'
    const isEnd = this.#state !== 'quoted'
    this.#lineEnds()
    return isEnd ? 'behind' : 'no'
  }

  #lineEnds(): void {
    const isEnd = this.#state !== 'quoted'
    if (isEnd) this.#end(this.#line)
    this.#line++
    if (isEnd) this.#first = this.#line
  }

  #read(byte: number): void {
    const isBom = this.#at < BOM.length && byte === BOM[this.#at]
    this.#at++
    if (isBom || (isLineEnd(byte) && this.#state !== 'quoted')) return
    switch (this.#state) {
      case 'quoted':
        if (byte === QUOTE) this.#state = 'closing'
        return
      case 'cell':
        if (byte !== this.#delimiter) this.#state = byte === QUOTE ? 'quoted' : 'plain'
        return
      case 'plain':
        if (byte === this.#delimiter) this.#state = 'cell'
        else if (byte === QUOTE) this.#state = 'astray'
        return
      case 'closing':
        this.#state = byte === QUOTE ? 'quoted' : byte === this.#delimiter ? 'cell' : 'astray'
    }
  }

  #end(last: number): void {
    this.#ended = { first: this.#first, last, isWhole: this.#state !== 'astray' }
    this.#state = 'cell'
  }

  get ended(): RowEnd {
    if (this.#ended === null) throw new Error('no row has ended yet')
    return this.#ended
  }

  /** The file ends here, behind a row without its line break. `isQuoted`: inside quotation marks. */
  finish(): RowEnd & { isQuoted: boolean } {
    const isQuoted = this.#state === 'quoted'
    this.#end(this.#line)
    return { ...this.ended, isQuoted }
  }
}
