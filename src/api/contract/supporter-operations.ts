import * as z from 'zod'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { CURSOR, FORMATS, MEDIA_TYPES } from '../../supporters/export/format.ts'
import { CONFIRMATIONS_PER_MINUTE, MAX_CONFIRMATIONS_PER_MINUTE } from '../../supporters/import/status.ts'
import { personRequest } from './bodies.ts'
import {
  erasedAnswer,
  importAnswer,
  importDetailAnswer,
  personAnswer,
  statisticsAnswer,
  suppressedAnswer,
  transfersAnswer,
} from './list-schemas.ts'
import { BODY_ERRORS, type Operation } from './operation.ts'

const NO_IMPORT = 'There is no such import.'
const PERSON_ERRORS = { ...BODY_ERRORS, 422: 'The address is not valid.' } as const
const LIST_FILES = Object.values(MEDIA_TYPES)

const perMinuteFault = `expected 1 to ${MAX_CONFIRMATIONS_PER_MINUTE}`

const wordList = z.string().max(2_000).optional()

/** Query parameters of an uploaded list or part; the same for all parts of one list. */
const importQuery = z.object({
  locale: z.string().default(FALLBACK_LOCALE).describe('Language of people whose row names none.'),
  confirmationsPerMinute: z.coerce
    .number(perMinuteFault)
    .min(1, perMinuteFault)
    .max(MAX_CONFIRMATIONS_PER_MINUTE, perMinuteFault)
    .default(CONFIRMATIONS_PER_MINUTE),
  subscribedValues: wordList.describe('Words of the file that mean: may be written to. Separated by commas.'),
  leftValues: wordList.describe('Words of the file that mean: has left or must not be written to.'),
  ignoredColumns: wordList.describe('Columns of the file that do not say who may be written to.'),
  more: z.string().optional().describe('The word yes, where another part follows.'),
})
const before = z.string().optional().describe('The id of the last import or export seen.')
const rowFault = 'expected the number of the last row seen'

export const SUPPORTER_OPERATIONS = {
  lookUpPerson: {
    method: 'post',
    path: '/api/supporters/look-up',
    scope: 'supporters',
    summary: 'Gets the stored data of a person, on their request.',
    body: personRequest,
    answers: { 200: { description: 'The stored data.', schema: personAnswer } },
    errors: PERSON_ERRORS,
  },
  suppressPerson: {
    method: 'post',
    path: '/api/supporters/suppress',
    scope: 'supporters',
    summary: 'Unsubscribes a person and suppresses their address.',
    body: personRequest,
    answers: { 200: { description: 'The address is suppressed.', schema: suppressedAnswer } },
    errors: PERSON_ERRORS,
  },
  erasePerson: {
    method: 'post',
    path: '/api/supporters/erase',
    scope: 'supporters',
    summary: 'Erases a person, on their request.',
    body: personRequest,
    answers: {
      200: {
        description: 'The person is erased, or at least suppressed while the rest is being erased.',
        schema: erasedAnswer,
      },
    },
    errors: PERSON_ERRORS,
  },
  importSupporters: {
    method: 'post',
    path: '/api/supporters/import',
    scope: 'supporters',
    summary: 'Imports a list of people as CSV or NDJSON (docs/import.md).',
    headers: { 'Idempotency-Key': 'Up to 255 characters. A repeated request with the same key gets the same import.' },
    query: importQuery,
    file: LIST_FILES,
    answers: {
      202: { description: 'The import.', schema: importAnswer, headers: ['Location', 'Idempotency-Replayed'] },
    },
    errors: {
      400: 'The Idempotency-Key is empty or too long, or the upload broke off.',
      409: 'The import takes no further parts, or another upload of the same list overtook this one.',
      415: 'The body is not CSV or NDJSON in UTF-8.',
      422: 'The list cannot be read, the key was used with another file, or a query parameter is not valid.',
    },
  },
  listImports: {
    method: 'get',
    path: '/api/supporters/imports',
    scope: 'supporters',
    summary: 'Lists imports, newest first, 200 per page.',
    query: z.object({ before }),
    answers: { 200: { description: 'A page of imports.', schema: transfersAnswer, headers: ['Link'] } },
    errors: { 400: 'The transfer named by before does not exist.' },
  },
  getImport: {
    method: 'get',
    path: '/api/supporters/imports/{id}',
    scope: 'supporters',
    summary: 'Gets an import with a page of its refused rows.',
    query: z.object({
      after: z.coerce
        .number(rowFault)
        .refine((row) => Number.isInteger(row) && row >= 0, rowFault)
        .default(0)
        .describe('Number of the last row seen.'),
    }),
    answers: { 200: { description: 'The import.', schema: importDetailAnswer, headers: ['Link'] } },
    errors: { 400: 'after is not a row number.', 404: NO_IMPORT },
  },
  importPart: {
    method: 'put',
    path: '/api/supporters/imports/{id}/parts/{part}',
    scope: 'supporters',
    summary: 'Sends a further part of a list that is too large for one request.',
    query: importQuery,
    file: LIST_FILES,
    answers: {
      202: { description: 'The import.', schema: importAnswer, headers: ['Location', 'Idempotency-Replayed'] },
    },
    errors: {
      400: 'The upload broke off.',
      404: NO_IMPORT,
      409: 'Another part is next, or the import takes no further parts.',
      415: 'The format differs from the first part.',
      422: 'The part cannot be read, or was sent before with other content.',
    },
  },
  cancelImport: {
    method: 'post',
    path: '/api/supporters/imports/{id}/cancel',
    scope: 'supporters',
    summary: 'Cancels an import. People who were imported stay on the list.',
    answers: { 200: { description: 'The import.', schema: importAnswer } },
    errors: { 404: NO_IMPORT, 409: 'The import has ended already.' },
  },
  exportSupporters: {
    method: 'get',
    path: '/api/supporters/export',
    scope: 'supporters',
    summary: 'Exports the confirmed supporters as CSV or NDJSON. For a large list, Link names the next share.',
    query: z.object({
      format: z.enum(FORMATS, `expected ${FORMATS.join(' or ')}`).default('csv'),
      cursor: z.string().regex(CURSOR, 'expected the cursor of a Link header').default(''),
    }),
    answers: { 200: { description: 'The list, or a share of it.', media: LIST_FILES, headers: ['Link'] } },
    errors: { 422: 'A query parameter is not valid.' },
  },
  listTransfers: {
    method: 'get',
    path: '/api/supporters/transfers',
    scope: 'admin',
    summary: 'Lists imports and exports with the token that requested them, newest first, 200 per page.',
    query: z.object({ before }),
    answers: { 200: { description: 'A page of transfers.', schema: transfersAnswer, headers: ['Link'] } },
    errors: { 400: 'The transfer named by before does not exist.' },
  },
  getStatistics: {
    method: 'get',
    path: '/api/stats',
    scope: 'read',
    summary: 'Counts supporters, departures, campaigns and dispatches.',
    answers: { 200: { description: 'The counts.', schema: statisticsAnswer } },
    errors: {},
  },
} as const satisfies Record<string, Operation>
