import { normalise, type Values, withoutNumbers } from './normalise.ts'

/** Pieces of pages and mails that stand in many of them, the outer ones first. */
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
/** Header fields of an answer. */
const FIELDS = /(?<=--- answered\n\d{3} [^\n]*\n)[a-z0-9-]+: [^\n]*(?:\n[a-z0-9-]+: [^\n]*)+/g
/** Characters of a piece that is worth a reference. */
const WORTH = 300

/** One recorded file: entries under headings, in the order in which they were added. A piece that was shown before is shown once. */
export class Book {
  readonly #entries: string[] = []
  readonly #known = new Map<string, string>()
  readonly #shown = new Map<string, string>() // pieces without what is random, and the heading they stand under first

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

  /** A value that cannot be told by its form, such as the id of an import. */
  know(value: string, name: string): void {
    this.#known.set(value, name)
  }

  text(values: Values = {}): string {
    const known = new Map([...(values.known ?? []), ...this.#known])
    return normalise(this.#entries.join('\n'), { ...values, known })
  }
}

/** The files of one recording by name, without their ending. */
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
