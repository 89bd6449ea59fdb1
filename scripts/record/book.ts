import { normalise, type Values } from './normalise.ts'

/** One recorded file: entries under headings, in the order in which they were added. */
export class Book {
  readonly #entries: string[] = []
  readonly #known = new Map<string, string>()

  add(title: string, text: string): void {
    this.#entries.push(`=== ${title}\n${text}\n`)
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
