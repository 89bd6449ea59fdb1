import { trimUnseen } from '../../kit/characters.ts'
import type { RowEnd } from '../../kit/csv-rows.ts'
import { COLUMNS, type ListColumn, unescapeFormula } from '../export/format.ts'
import { plainWord } from './permissions/permission.ts'
import { type RowRefusalReason, UnreadableFile } from './refusals.ts'
import type { RowSink } from './row-reader.ts'

type Cells = Partial<Record<ListColumn, string>>

/** The cells of known columns, trimmed and without a spreadsheet's escape of formulas. */
export function cellsByColumn(cells: readonly string[], columns: ReadonlyArray<ListColumn | null>): Cells {
  const byColumn: Cells = {}
  for (const [at, column] of columns.entries()) {
    if (column !== null) byColumn[column] = unescapeFormula((cells[at] ?? '').trim())
  }
  return byColumn
}

/** Why a row is refused as it stands, or null. `isTorn`: the file ends within it. */
export function whyRefused(
  cells: readonly string[],
  columns: ReadonlyArray<ListColumn | null>,
  lines: RowEnd,
  isTorn: boolean,
): RowRefusalReason | null {
  const { length } = columns
  if (isTorn && cells.length < length) return 'torn'
  if (cells.slice(length).some((cell) => cell !== '')) return 'too-many-cells'
  return findBrokenCell(cells, columns, lines)
}

/**
 * Why a readable row is refused, or null. Two stray quotation marks can join several people into one well-formed row. One
 * person's address would then be stored in another's record.
 */
function findBrokenCell(
  cells: readonly string[],
  columns: ReadonlyArray<ListColumn | null>,
  { first, last }: RowEnd,
): RowRefusalReason | null {
  const isBroken = (cell: string, at: number) => {
    if (!/[\r\n]/.test(cell.trim())) return false
    const isLong = columns[at] === null || columns[at] === 'consent_wording'
    return !isLong || cell.includes('@') // postal addresses and notes have line breaks too
  }
  return last > first && cells.some(isBroken) ? `line-break:${first}-${last}` : null
}

/** Whether the first line only tells a spreadsheet its separator, as Excel writes it: `sep=;`. */
export const isSeparatorLine = ([first = '', ...rest]: readonly string[]): boolean =>
  /^sep=/i.test(first.trim()) && rest.every((cell) => cell === '')

/** Names that other systems give the column of the address or the name, each without case and signs; the first that occurs counts. */
const OTHER_NAMES: ReadonlyArray<readonly [ListColumn, readonly string[]]> = [
  [
    'email',
    [
      ...[
        'emailaddress',
        'primaryemail',
        'primaryemailaddress',
        'youremail',
        'youremailaddress',
        'useremail',
        'memberemail',
        'personalemail',
        'homeemail',
        'workemail',
        'email1',
        'email1value',
        'emailaddress1',
        'emailhome',
        'subscriberemail',
        'contactemail',
        'mail',
      ],
      ...[
        'адресэлектроннойпочты',
        'электроннаяпочта',
        'элпочта',
        'почта',
        'имейл',
        'электрондыпошта',
        'электрондықпошта',
        'пошта',
      ],
      ...['courriel', 'adressemail', 'adresseemail', 'adressecourriel', 'adresseelectronique', 'mel'],
      ...[
        'correo',
        'correoelectronico',
        'direcciondecorreo',
        'البريدالالكتروني',
        'البريد',
        'emailadresse',
        'mailadresse',
      ],
    ].map(plainWord),
  ],
  [
    'name',
    [
      ...['fullname', 'displayname', 'subscribername', 'contactname', 'имя', 'фио', 'имяифамилия', 'аты', 'атыжөні'],
      ...['nom', 'nomcomplet', 'nometprenom', 'nombre', 'nombrecompleto', 'الاسم', 'الاسمالكامل'],
    ].map(plainWord),
  ],
]

/** Most columns that an error names. */
const MAX_NAMED = 20

/** The list column that each cell of a header line names, in any of the names above; null for another one. */
export function columnsIn(cells: readonly string[]): Array<ListColumn | null> {
  const known = new Map<string, ListColumn>(COLUMNS.map((column) => [plainWord(column), column]))
  const names = cells.map(plainWord)
  const columns = names.map((name) => known.get(name) ?? null)
  for (const [column, others] of OTHER_NAMES) {
    const other = columns.includes(column) ? undefined : others.find((name) => names.includes(name))
    if (other !== undefined) columns[names.indexOf(other)] = column
  }
  return columns
}

/** The columns that a file has, for an error. A line of data instead of names must not be repeated. */
function namesOf(cells: readonly string[]): string {
  const named = cells.map((cell) => trimUnseen(cell)).filter((cell) => cell !== '')
  if (named.some((cell) => cell.includes('@'))) return 'found an address in it, so it seems to be a person'
  const shown = named.slice(0, MAX_NAMED).map((cell) => `“${cell.slice(0, 40)}”`)
  return `found ${shown.join(', ') || 'no name'}${named.length > MAX_NAMED ? ' and others' : ''}`
}

/**
 * The known column at each place of the header line; null for an unknown one, which is ignored.
 * @throws UnreadableFile without a column `email`, or when a column occurs twice.
 */
export function readHeader(cells: string[], sink: RowSink): Array<ListColumn | null> {
  if (cells.some((cell) => cell.includes('\0')))
    throw new UnreadableFile('The file is in UTF-16: save it again as “CSV UTF-8”. Nothing was imported.')
  const columns = columnsIn(cells)
  if (!columns.includes('email')) {
    const expected = `expected some of ${COLUMNS.join(', ')}, separated by commas, semicolons or tabs`
    throw new UnreadableFile(
      `The first line names no column “email”: ${namesOf(cells)}; ${expected}. Nothing was imported.`,
    )
  }
  const twice = COLUMNS.find((column) => columns.filter((one) => one === column).length > 1)
  if (twice !== undefined)
    throw new UnreadableFile(
      `The first line names the column ${twice} twice: which of them counts? Nothing was imported.`,
    )
  for (const [at, column] of columns.entries()) if (column === null) sink.ignore(cells[at] ?? '')
  return columns
}

/** The fields of a row, as an NDJSON file would have them. */
export function fieldsOf(cells: Cells): Record<string, unknown> {
  const list = (text = '') => text.split(/[\s;,]+/).filter((part) => part !== '')
  const { consent_source: source, consent_at: at, consent_wording: wording } = cells
  return {
    email: cells.email,
    name: cells.name,
    locales: list(cells.locales),
    topics: list(cells.topics),
    country: cells.country,
    consent: { source, at, wording },
  }
}
