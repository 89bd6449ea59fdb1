import { normalise, type Values, withoutNumbers } from './normalise.ts'

/** Elements that many pages and mails repeat, outer ones first. */
const PIECES = [
  'body',
  'main',
  'head',
  'header',
  'footer',
  'article',
  'section',
  'form',
  'details',
  'fieldset',
  'select',
  'style',
  'svg',
].map((name) => new RegExp(`<${name}[\\s>][\\s\\S]*?</${name}>`, 'g'))
/** Matches the header fields of a recorded answer. */
const FIELDS = /(?<=--- answered\n\d{3} [^\n]*\n)[a-z0-9-]+: [^\n]*(?:\n[a-z0-9-]+: [^\n]*)+/g
/** Least length of a piece that is replaced by a reference, in characters. */
const WORTH = 300

/** One recorded file: entries with headings, in order. A repeated piece is replaced by a reference to its first heading. */
export class Book {
  readonly #entries: string[] = []
  readonly #known = new Map<string, string>()
  readonly #shown = new Map<string, string>() // first heading of each piece, by the piece without random values

  add(title: string, text: string): void {
    let shown = text
    for (const piece of PIECES)
      shown = shown.replace(piece, (found) => this.#once(found, found.slice(0, found.search(/[\s>]/)), title))
    shown = shown.replace(FIELDS, (found) => this.#once(found, 'header fields', title))
    this.#entries.push(`=== ${title}\n${shown}\n`)
  }

  #once(piece: string, name: string, title: string): string {
    if (piece.length < WORTH) return piece
    const key = withoutNumbers(piece)
    const first = this.#shown.get(key)
    if (first !== undefined) return `[${name.startsWith('<') ? `${name}>` : name} as under “${first}”]`
    this.#shown.set(key, title)
    return piece
  }

  /** Replaces a random value without a recognisable form, such as an import's id, by a name. */
  know(value: string, name: string): void {
    this.#known.set(value, name)
  }

  text(values: Values = {}): string {
    const known = new Map([...(values.known ?? []), ...this.#known])
    return normalise(this.#entries.join('\n'), { ...values, known })
  }
}

/** The files of one area by name, without their ending. */
export class Shelf {
  readonly #books = new Map<string, Book>()

  book(name: string): Book {
    const known = this.#books.get(name) ?? new Book()
    this.#books.set(name, known)
    return known
  }

  *[Symbol.iterator](): IterableIterator<[name: string, book: Book]> {
    yield* this.#books
  }
}
