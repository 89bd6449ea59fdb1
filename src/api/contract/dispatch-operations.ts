import { dispatchRequestBodySchema, rescheduleBodySchema } from '../../dispatch/dispatch-request.ts'
import { batchResolution } from './bodies.ts'
import {
  dispatchAnswer,
  dispatchDetailAnswer,
  practiceMailAnswer,
  resolutionAnswer,
  testMailAnswer,
} from './dispatch-schemas.ts'
import { BODY_ERRORS, type Operation } from './operation.ts'

const NO_DISPATCH = 'There is no such dispatch.'
const LOCATION = ['Location', 'Idempotency-Replayed']

export const DISPATCH_OPERATIONS = {
  listDispatches: {
    method: 'get',
    path: '/api/dispatches',
    scope: 'read',
    summary: 'Lists the newest 25 dispatches with their state and counts.',
    answers: { 200: { description: 'The dispatches.', schema: dispatchAnswer.array() } },
    errors: {},
  },
  requestDispatch: {
    method: 'post',
    path: '/api/dispatches',
    scope: 'send',
    summary:
      'Sends an e-mail of a campaign to an audience, counts it (dryRun), practises (practice), or sends one test (testTo).',
    headers: {
      'Idempotency-Key': 'Up to 255 characters. A repeated request with the same key gets the same dispatch.',
    },
    body: dispatchRequestBodySchema,
    answers: {
      201: { description: 'The dispatch.', schema: dispatchAnswer, headers: LOCATION },
      202: { description: 'The test is queued.', schema: testMailAnswer },
    },
    errors: {
      ...BODY_ERRORS,
      404: 'There is no such campaign.',
      409:
        'Another revision is current, the campaign may not send, the audience overlaps with an ' +
        'earlier dispatch, or the one named in notReachedBy or reachedBy is not over.',
      422: 'A field is not valid, or the Idempotency-Key was used with another body.',
    },
  },
  getDispatch: {
    method: 'get',
    path: '/api/dispatches/{id}',
    scope: 'read',
    summary: 'Gets a dispatch with its counts and uncertain batches.',
    answers: { 200: { description: 'The dispatch.', schema: dispatchDetailAnswer } },
    errors: { 404: NO_DISPATCH },
  },
  streamDispatch: {
    method: 'get',
    path: '/api/dispatches/{id}/events',
    scope: 'read',
    summary: 'Streams a dispatch as server-sent events until it ends.',
    answers: {
      200: { description: 'Events named dispatch, each with the dispatch as JSON.', media: ['text/event-stream'] },
    },
    errors: { 404: NO_DISPATCH },
  },
  listPracticeMails: {
    method: 'get',
    path: '/api/dispatches/{id}/mails',
    scope: 'read',
    summary: 'Lists the mails of a practice with their text and HTML. They are deleted a day after the first.',
    answers: { 200: { description: 'The mails, oldest first.', schema: practiceMailAnswer.array() } },
    errors: { 404: 'There is no such dispatch, or it is no practice.' },
  },
  getPracticeMail: {
    method: 'get',
    path: '/api/dispatches/{id}/mails/{mail}',
    scope: 'read',
    summary: 'Gets a mail of a practice as a mail server would receive it.',
    answers: { 200: { description: 'The mail.', media: ['message/rfc822'] } },
    errors: { 404: 'There is no such mail, or it has been deleted.' },
  },
  approveDispatch: {
    method: 'post',
    path: '/api/dispatches/{id}/approve',
    scope: 'send',
    summary: 'Approves a dispatch that another token requested.',
    answers: { 200: { description: 'The dispatch.', schema: dispatchAnswer } },
    errors: { 404: NO_DISPATCH, 409: 'The dispatch is not awaiting approval, or this token requested it.' },
  },
  pauseDispatch: {
    method: 'post',
    path: '/api/dispatches/{id}/pause',
    scope: 'send',
    summary: 'Pauses a dispatch. No call to the provider begins after the answer.',
    answers: { 200: { description: 'The dispatch.', schema: dispatchAnswer } },
    errors: { 404: NO_DISPATCH, 409: 'A dispatch in this state cannot be paused.' },
  },
  resumeDispatch: {
    method: 'post',
    path: '/api/dispatches/{id}/resume',
    scope: 'send',
    summary: 'Resumes a paused dispatch.',
    answers: { 200: { description: 'The dispatch.', schema: dispatchAnswer } },
    errors: { 404: NO_DISPATCH, 409: 'The dispatch is not paused, or the campaign may not send.' },
  },
  cancelDispatch: {
    method: 'post',
    path: '/api/dispatches/{id}/cancel',
    scope: 'send',
    summary: 'Cancels a dispatch for the people it has not reached.',
    answers: { 200: { description: 'The dispatch.', schema: dispatchAnswer } },
    errors: { 404: NO_DISPATCH, 409: 'The dispatch has finished or is cancelled already.' },
  },
  unscheduleDispatch: {
    method: 'post',
    path: '/api/dispatches/{id}/unschedule',
    scope: 'send',
    summary: 'Cancels a dispatch that has not begun.',
    answers: { 200: { description: 'The dispatch.', schema: dispatchAnswer } },
    errors: { 404: NO_DISPATCH, 409: 'The dispatch has begun or ended.' },
  },
  rescheduleDispatch: {
    method: 'post',
    path: '/api/dispatches/{id}/reschedule',
    scope: 'send',
    summary: 'Gives a dispatch that has not begun another time.',
    body: rescheduleBodySchema,
    answers: { 200: { description: 'The dispatch.', schema: dispatchAnswer } },
    errors: { ...BODY_ERRORS, 404: NO_DISPATCH, 409: 'The dispatch has begun or ended.' },
  },
  resolveDispatch: {
    method: 'post',
    path: '/api/dispatches/{id}/resolve',
    scope: 'send',
    summary: 'Resolves uncertain batches: sends them again, or counts them as sent or as not sent.',
    body: batchResolution,
    answers: { 200: { description: 'Which batches were resolved.', schema: resolutionAnswer } },
    errors: { ...BODY_ERRORS, 404: NO_DISPATCH, 409: 'None of the batches is waiting for this decision.' },
  },
} as const satisfies Record<string, Operation>
