/** Why a row of a list was not taken, as the report says it. None of them repeats what stood in the row. */
export const REASONS = {
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
} as const

export type Reason = keyof typeof REASONS

/** One row of the report. `row` counts as a spreadsheet does: the header line is row 1. */
export type Refused = { row: number; reason: Reason }

/** Something is wrong with the upload as a whole: nothing of it is imported. The message is for the organiser. */
export class Unreadable extends Error {}
