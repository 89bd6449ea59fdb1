import {
  heaviest,
  type Permission,
  type PermissionAnswers,
  type PermissionColumn,
  type PermissionQuestion,
  permissionOf,
  plainWord,
} from './permission.ts'
import { permissionColumn } from './permission-columns.ts'

/** The cells of a row that stand in columns other than those of a list: name and value. */
export type OtherCells = ReadonlyArray<readonly [name: string, value: unknown]>

/** Characters of a value that a question repeats. A longer one, or one with an `@`, may be personal data. */
const MAX_SHOWN_CHARS = 40

/** Reads what a file says about who may be written to, by every column that speaks of it. */
export class PermissionReader {
  readonly #answers: PermissionAnswers
  readonly #columns = new Map<string, PermissionColumn | null>()

  constructor({ subscribed, left, ignored }: PermissionAnswers) {
    this.#answers = {
      subscribed: subscribed.map(plainWord),
      left: left.map(plainWord),
      ignored: ignored.map(plainWord),
    }
  }

  /** Whether a column speaks of it. */
  knows(name: string): boolean {
    return this.#column(name) !== null
  }

  /** What the cells of a row say; a question in words where a value is not understood. */
  read(row: number, cells: OtherCells): { permission: Permission } | { question: string } {
    const found: Permission[] = []
    for (const [name, value] of cells) {
      const column = this.#column(name)
      if (column === null) continue
      const permission = permissionOf(column, value, this.#answers)
      if (permission === null) return { question: questionOf(row, { column: name.trim(), value: shown(value) }) }
      found.push(permission)
    }
    return { permission: heaviest(found) }
  }

  #column(name: string): PermissionColumn | null {
    const known = this.#columns.get(name)
    if (known !== undefined) return known
    const column = this.#answers.ignored.includes(plainWord(name)) ? null : permissionColumn(name)
    this.#columns.set(name, column)
    return column
  }
}

function shown(value: unknown): string {
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).trim()
  return text.includes('@') || text.length > MAX_SHOWN_CHARS ? '…' : text
}

const questionOf = (row: number, { column, value }: PermissionQuestion): string =>
  `Row ${row}: the column “${column}” says “${value}”. Does that mean that a person may be written to? Import the file ` +
  'again with ' +
  'an answer: subscribedValues (--subscribed) lists the words that mean yes, leftValues (--left) those that mean no, and ' +
  'ignoredColumns (--ignore-columns) the columns that do not speak of it. Nothing was imported.'
