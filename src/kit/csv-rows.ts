const CR = 0x0d
const LF = 0x0a
const QUOTE = 0x22
const BOM = [0xef, 0xbb, 0xbf]
/** Comma, semicolon (spreadsheets in most of Europe) and tab. The header line decides. */
const DELIMITERS = [',', ';', '\t']

/** A first line by which Excel writes and reads the delimiter of a file. */
const SEPARATOR_LINE = /^"?sep=([\x20-\x7e\t])"?\1*$/i

export const isLineEnd = (byte: number): boolean => byte === LF || byte === CR

/** The delimiter that the first line of a CSV file tells (`sep=;`), or that occurs most in it; a comma when none occurs. */
export function detectDelimiter(head: Uint8Array): string {
  const [line = ''] = new TextDecoder().decode(head).split(/[\r\n]/)
  const told = SEPARATOR_LINE.exec(line)?.[1]
  if (told !== undefined) return told
  const times = (delimiter: string) => line.split(delimiter).length
  return DELIMITERS.reduce((best, delimiter) => (times(delimiter) > times(best) ? delimiter : best))
}

/**
 * A row of a CSV file: its first and last line, counted from 1. `isWhole` is false when its quotation marks break RFC
 * 4180 §2.
 */
export type RowEnd = { first: number; last: number; isWhole: boolean }

type CsvState = 'cell' | 'plain' | 'quoted' | 'closing' | 'astray'

/**
 * Finds the ends of the rows of a CSV file, byte by byte. A quotation mark opens a cell only at the start of the cell
 * and closes it only at the end. Any other quotation mark makes the row unreadable up to the end of its line; reading
 * continues at the next line.
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

  /**
   * Reads one byte. Returns `behind` when a row ended after this byte, and `before` when this byte already belongs to
   * the next row. `ended` then describes the row.
   */
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

  /** Ends the file after a last row without a line break. `isQuoted`: the file ended inside quotation marks. */
  finish(): RowEnd & { isQuoted: boolean } {
    const isQuoted = this.#state === 'quoted'
    this.#end(this.#line)
    return { ...this.ended, isQuoted }
  }
}
