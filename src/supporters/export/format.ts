/** The two forms in which lists of supporters come and go. */
export const FORMATS = ['csv', 'ndjson'] as const
export type ListFormat = (typeof FORMATS)[number]

export const MEDIA_TYPES: Record<ListFormat, string> = { csv: 'text/csv', ndjson: 'application/x-ndjson' }

/** Hexadecimal digits with which the fingerprints of a share begin; '' is everybody. */
export const CURSOR = /^[0-9a-f]{0,8}$/

/** The columns of a list as CSV, in the order in which they are written. */
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

/** What spreadsheets take for the beginning of a formula, behind any apostrophes; full-width forms included (OWASP, CSV injection). */
const FORMULA = /^'*[=+\-@\t\r＝＋－＠]/

/**
 * The same behind a separator within the cell, with what a spreadsheet passes over in between: one that splits at another separator than
 * ours takes what follows for a cell of its own.
 */
const FORMULA_WITHIN = /([;,\t]\s*)('*[=+\-@＝＋－＠])/g
const BARRED_WITHIN = /([;,\t]\s*)'('*[=+\-@＝＋－＠])/g

/** A spreadsheet shows what stands behind an apostrophe and does not run it. `bared` takes it off again: nothing is lost on the way. */
export const escapeFormula = (cell: string): string =>
  (FORMULA.test(cell) ? `'${cell}` : cell).replace(FORMULA_WITHIN, "$1'$2")
export const unescapeFormula = (cell: string): string =>
  (cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell).replace(BARRED_WITHIN, '$1$2')
