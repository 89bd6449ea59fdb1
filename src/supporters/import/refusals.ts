/** Report texts of refused rows. No text repeats personal data from the row. */
const REASONS = {
  'no-address': 'there is no address in this row',
  'bad-address': 'the address is not valid: expected name@domain',
  'bad-name': 'the name is not text of at most 100 characters',
  'bad-locales': 'the languages are not language tags such as en or ru',
  'bad-topics': 'a topic is unknown: see docs/import.md for the list',
  'bad-country': 'the country is not a code of two letters such as KZ (ISO 3166-1)',
  'bad-consent': 'the proof of consent is not text or is too long: see docs/import.md',
  'consent-unreadable': 'the time of consent is not valid: expected 2024-05-31 or 2024-05-31T18:00:00Z',
  'consent-future': 'the time of consent is in the future',
  'consent-old': 'the consent is older than ten years: leave the consent columns empty, and the person is asked again',
  'too-many-cells': 'the row has more cells than the header line has names',
  'not-subscribed': 'the file says that this person has not agreed: nobody asks them',
  'left-elsewhere':
    'the file says that this person has left or must not be written to: this is recorded, and no later import asks them',
  'joined-here': 'the file says that this person has left, but they signed up here themselves: they stay on the list',
  torn: 'the file ends in the middle of this row',
  'too-long': 'the row is longer than 128,000 bytes',
  'not-json': 'the line is not a JSON object',
  'too-much': 'name, languages and topics together are too long for a confirmation link',
  left: 'this person has left or asked not to be written to',
  'not-known': 'it is unknown whether the confirmation was sent: import the row again to ask once more',
  'address-in-name': 'the name contains an address: check for a missing quotation mark in this row or above it',
} as const

/** Report texts of quotation mark errors, which can span several lines. The line numbers follow the text. */
const QUOTE_REASONS = {
  'stray-quote':
    'a quotation mark is in the middle of a cell: write it twice (""), in a quoted cell. Nothing was imported from',
  'open-quote': 'the file ends in this row, inside a quotation mark that is never closed. Nothing was imported from',
  'line-break':
    'a single-line cell contains a line break: check for a missing or extra quotation mark. Nothing was imported from',
} as const
export type QuoteReason = keyof typeof QUOTE_REASONS

/** Reason for refusing a row. Quotation mark errors add the first and last line of the upload that they concern. */
export type RowRefusalReason =
  | keyof typeof REASONS
  | `${QuoteReason}:${number}-${number}`
  | `invisible:${string}:${number}`

/**
 * Report text of a reason. Returns unknown reasons unchanged: reports are stored for months and may come from another version.
 */
export function describeReason(reason: string): string {
  const [, code, place] = /^invisible:(U\+[0-9A-F]+):(\d+)$/.exec(reason) ?? []
  if (code !== undefined)
    return `the address holds a character that cannot be seen (${code}), at place ${place}: write the address again`
  const [, kind = '', first = '', last = ''] = /^([a-z-]+):(\d+)-(\d+)$/.exec(reason) ?? []
  const quotes: Record<string, string> = QUOTE_REASONS
  const plain: Record<string, string> = REASONS
  const lines = first === last ? `line ${first}` : `lines ${first} to ${last}`
  return quotes[kind] === undefined ? (plain[reason] ?? reason) : `${quotes[kind]} ${lines}`
}

/** A refused row. `row` counts like a spreadsheet: the header line is row 1. */
export type RefusedRow = { row: number; reason: RowRefusalReason }

/** Thrown when an upload as a whole cannot be read; nothing of it is imported. The message is shown to the organiser. */
export class UnreadableFile extends Error {}
