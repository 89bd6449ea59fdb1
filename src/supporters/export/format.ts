/** Formats of imported and exported lists. */
export const FORMATS = ['csv', 'ndjson'] as const
export type ListFormat = (typeof FORMATS)[number]

export const MEDIA_TYPES: Record<ListFormat, string> = { csv: 'text/csv', ndjson: 'application/x-ndjson' }

/** Valid cursor of an export: the first hexadecimal digits of the share's fingerprints; empty for all supporters. */
export const CURSOR = /^[0-9a-f]{0,8}$/

/** Columns of a CSV list, in the order in which they are written. */
export const COLUMNS = [
  'email',
  'name',
  'locales',
  'topics',
  'country',
  'consent_source',
  'consent_at',
  'consent_wording',
] as const
export type ListColumn = (typeof COLUMNS)[number]

/**
 * Matches a cell that a spreadsheet would run as a formula, after any apostrophes; full-width forms included (OWASP, CSV
 * injection).
 */
const FORMULA = /^'*[=+\-@\t\r＝＋－＠]/

/** Matches a formula after a separator within a cell: a spreadsheet with another separator would start a new cell there. */
const FORMULA_WITHIN = /([;,\t]\s*)('*[=+\-@＝＋－＠])/g
const BARRED_WITHIN = /([;,\t]\s*)'('*[=+\-@＝＋－＠])/g

/** Puts an apostrophe before formulas, so that spreadsheets show them as text. `unescapeFormula` reverses this without loss. */
export const escapeFormula = (cell: string): string =>
  (FORMULA.test(cell) ? `'${cell}` : cell).replace(FORMULA_WITHIN, "$1'$2")
export const unescapeFormula = (cell: string): string =>
  (cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell).replace(BARRED_WITHIN, '$1$2')
