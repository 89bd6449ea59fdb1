import { testMailsRequest } from './bodies.ts'
import { testMailsAnswer } from './dispatch-schemas.ts'
import { BODY_ERRORS, type Operation } from './operation.ts'

export const TEST_MAIL_OPERATIONS = {
  sendTestMails: {
    method: 'post',
    path: '/api/tests',
    scope: 'send',
    summary: 'Sends the e-mails of a campaign, drafts included, to named addresses, marked as tests.',
    body: testMailsRequest,
    answers: { 202: { description: 'The tests are queued.', schema: testMailsAnswer } },
    errors: {
      ...BODY_ERRORS,
      404: 'There is no such campaign.',
      409: 'A named person may no longer be named.',
      429: 'Tests have gone to too many addresses today.',
    },
  },
} as const satisfies Record<string, Operation>
