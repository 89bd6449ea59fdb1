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

/** Of every part of a list. */
const importQuery = z.object({
  locale: z.string().default(FALLBACK_LOCALE).describe('Language of people for whom the list names none.'),
  confirmationsPerMinute: z.coerce
    .number(perMinuteFault)
    .min(1, perMinuteFault)
    .max(MAX_CONFIRMATIONS_PER_MINUTE, perMinuteFault)
    .default(CONFIRMATIONS_PER_MINUTE),
  more: z.string().optional().describe('yes: another part follows.'),
})
const before = z.string().optional().describe('The id of the last one seen.')
const rowFault = 'expected the number of the last row seen'

export const SUPPORTER_OPERATIONS = {
  lookUpPerson: {
    method: 'post',
    path: '/api/supporters/look-up',
    scope: 'supporters',
    summary: 'Gets what is kept about a person who asked for it.',
    body: personRequest,
    answers: { 200: { description: 'What is kept.', schema: personAnswer } },
    errors: PERSON_ERRORS,
  },
  suppressPerson: {
    method: 'post',
    path: '/api/supporters/suppress',
    scope: 'supporters',
    summary: 'Takes a person off the list and writes to them no more.',
    body: personRequest,
    answers: { 200: { description: 'It is done.', schema: suppressedAnswer } },
    errors: PERSON_ERRORS,
  },
  erasePerson: {
    method: 'post',
    path: '/api/supporters/erase',
    scope: 'supporters',
    summary: 'Erases a person who asked for it.',
    body: personRequest,
    answers: { 200: { description: 'It is done.', schema: erasedAnswer } },
    errors: PERSON_ERRORS,
  },
  importSupporters: {
    method: 'post',
    path: '/api/supporters/import',
    scope: 'supporters',
    summary: 'Imports a list of people as CSV or NDJSON (docs/import.md).',
    headers: { 'Idempotency-Key': 'Up to 255 characters. The same key is the same import.' },
    query: importQuery,
    file: LIST_FILES,
    answers: {
      202: { description: 'The import.', schema: importAnswer, headers: ['Location', 'Idempotency-Replayed'] },
    },
    errors: {
      400: 'The Idempotency-Key is not usable, or the upload broke off.',
      409: 'The import takes no further parts, or was sent again meanwhile.',
      415: 'The body is not CSV or NDJSON in UTF-8.',
      422: 'The list cannot be read, the key came with another file, or a query parameter is not valid.',
    },
  },
  listImports: {
    method: 'get',
    path: '/api/supporters/imports',
    scope: 'supporters',
    summary: 'Lists imports, the newest first, 200 at once.',
    query: z.object({ before }),
    answers: { 200: { description: 'A page of imports.', schema: transfersAnswer, headers: ['Link'] } },
    errors: { 400: 'There is no transfer before.' },
  },
  getImport: {
    method: 'get',
    path: '/api/supporters/imports/{id}',
    scope: 'supporters',
    summary: 'Gets an import with a page of the rows that were refused.',
    query: z.object({
      after: z.coerce
        .number(rowFault)
        .refine((row) => Number.isInteger(row) && row >= 0, rowFault)
        .default(0)
        .describe('The last row seen.'),
    }),
    answers: { 200: { description: 'The import.', schema: importDetailAnswer, headers: ['Link'] } },
    errors: { 400: 'after is not a row.', 404: NO_IMPORT },
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
      409: 'Another part comes next, or the import takes no further parts.',
      415: 'The body is not of the format of the first part.',
      422: 'The part cannot be read, or came with other content before.',
    },
  },
  cancelImport: {
    method: 'post',
    path: '/api/supporters/imports/{id}/cancel',
    scope: 'supporters',
    summary: 'Stops an import; people who are in stay.',
    answers: { 200: { description: 'The import.', schema: importAnswer } },
    errors: { 404: NO_IMPORT, 409: 'The import is over.' },
  },
  exportSupporters: {
    method: 'get',
    path: '/api/supporters/export',
    scope: 'supporters',
    summary: 'Exports the confirmed supporters as CSV or NDJSON; Link leads to the next share of a large list.',
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
    summary: 'Lists imports and exports with the token that made them, the newest first, 200 at once.',
    query: z.object({ before }),
    answers: { 200: { description: 'A page of transfers.', schema: transfersAnswer, headers: ['Link'] } },
    errors: { 400: 'There is no transfer before.' },
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
