/** Why a row of a list was not taken, as the report says it. None of them repeats what stood in the row. */
const REASONS = {
  'no-address': 'there is no address in this row',
  'bad-address': 'the address cannot be written to: expected name@domain',
  'bad-name': 'the name is not text of at most 100 characters',
  'bad-locales': 'the languages are not language tags such as en or ru',
  'bad-topics': 'a topic is not known: see docs/import.md for the list',
  'bad-country': 'the country is not a code of two letters such as KZ (ISO 3166-1)',
  'bad-consent': 'the proof of consent is not text of a sensible length: see docs/import.md',
  'consent-unreadable': 'the time of consent cannot be read: expected 2024-05-31 or 2024-05-31T18:00:00Z',
  'consent-future': 'the time of consent lies in the future',
  'consent-old': 'the consent is older than ten years: leave the consent columns empty, and the person is asked again',
  'too-many-cells': 'the row has more cells than the header line has names',
  torn: 'the file ends in the middle of this row',
  'too-long': 'the row is longer than 128,000 bytes',
  'not-json': 'the line is not a JSON object',
  'too-much': 'name, languages and topics together are too long for a confirmation link',
  left: 'this person has left or asked not to be written to',
  'not-known': 'it is not known whether the confirmation was sent: import the row again to ask once more',
  'address-in-name': 'an address stands in the name: was a quotation mark forgotten in this row or above it?',
} as const

/** What is wrong with quotation marks reaches over lines. */
const QUOTE_REASONS = {
  'stray-quote':
    'a quotation mark stands in the middle of a cell: write it twice (""), in a cell that begins and ends with one. Nothing was taken of',
  'open-quote':
    'the file ends in the middle of this row, in a quotation mark that is never closed. Nothing was taken of',
  'line-break':
    'a cell of one line has a line break, as when a quotation mark is missing or one too many. Nothing was taken of',
} as const
export type QuoteReason = keyof typeof QUOTE_REASONS

/** Quotation marks with the lines of the upload that are concerned, the first and the last. */
export type RowRefusalReason = keyof typeof REASONS | `${QuoteReason}:${number}-${number}`

/** A reason in words. Reasons are kept for months, so one from another version of this code may not be known. */
export function describeReason(reason: string): string {
  const [, kind = '', first = '', last = ''] = /^([a-z-]+):(\d+)-(\d+)$/.exec(reason) ?? []
  const quotes: Record<string, string> = QUOTE_REASONS
  const plain: Record<string, string> = REASONS
  const lines = first === last ? `line ${first}` : `lines ${first} to ${last}`
  return quotes[kind] === undefined ? (plain[reason] ?? reason) : `${quotes[kind]} ${lines}`
}

/** One row of the report. `row` counts as a spreadsheet does: the header line is row 1. */
export type RefusedRow = { row: number; reason: RowRefusalReason }

/** Something is wrong with the upload as a whole: nothing of it is imported. The message is for the organiser. */
export class UnreadableFile extends Error {}
