import * as z from 'zod'
import { ACTION_OPERATIONS } from './action-operations.ts'
import { CAMPAIGN_OPERATIONS } from './campaign-operations.ts'
import { DISPATCH_OPERATIONS } from './dispatch-operations.ts'
import { NOTICE_OPERATIONS } from './notice-operations.ts'
import type { Operation } from './operation.ts'
import { SENDING_OPERATIONS } from './sending-operations.ts'
import { SUPPORTER_OPERATIONS } from './supporter-operations.ts'
import { TEST_MAIL_OPERATIONS } from './test-mail-operations.ts'

/** Every operation of the API by its id. The only list: an operation that is missing here has no route. */
export const OPERATIONS = {
  ...CAMPAIGN_OPERATIONS,
  ...DISPATCH_OPERATIONS,
  ...TEST_MAIL_OPERATIONS,
  ...ACTION_OPERATIONS,
  ...SUPPORTER_OPERATIONS,
  ...NOTICE_OPERATIONS,
  ...SENDING_OPERATIONS,
  getOpenApi: {
    method: 'get',
    path: '/api/openapi.json',
    scope: null,
    summary: 'Gets this OpenAPI document.',
    answers: { 200: { description: 'The document, OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) } },
    errors: {},
  },
} as const satisfies Record<string, Operation>

export type OperationId = keyof typeof OPERATIONS

export const operationEntries = (): Array<[OperationId, Operation]> =>
  (Object.keys(OPERATIONS) as OperationId[]).map((id) => [id, OPERATIONS[id]])
