import * as z from 'zod'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import {
  actionsAnswer,
  moderatedAnswer,
  moderationAnswer,
  reopenedAnswer,
  signaturesAnswer,
  writerNewsAnswer,
} from './action-schemas.ts'
import { batchResolution, moderationDecision, targetReply, targetToReopen, writerNews } from './bodies.ts'
import { resolutionAnswer } from './dispatch-schemas.ts'
import { BODY_ERRORS, type Operation } from './operation.ts'

const NO_CAMPAIGN = 'There is no such campaign.'
const NO_SUBMISSION = 'There is no such submission.'

export const ACTION_OPERATIONS = {
  getActions: {
    method: 'get',
    path: '/api/actions/{slug}',
    scope: 'read',
    summary: 'Gets the counts of letters and submissions of a campaign, and its uncertain letters.',
    answers: { 200: { description: 'The counts.', schema: actionsAnswer } },
    errors: { 404: NO_CAMPAIGN },
  },
  resolveLetters: {
    method: 'post',
    path: '/api/actions/{slug}/resolve',
    scope: 'send',
    summary: 'Resolves uncertain letters: sends them again, or counts them as sent or as not sent.',
    body: batchResolution,
    answers: { 200: { description: 'Which letters were resolved.', schema: resolutionAnswer } },
    errors: { ...BODY_ERRORS, 404: NO_CAMPAIGN },
  },
  reopenTarget: {
    method: 'post',
    path: '/api/actions/{slug}/reopen',
    scope: 'send',
    summary: 'Forgets that the reader at a target asked for a digest or for no more letters.',
    body: targetToReopen,
    answers: { 200: { description: 'Letters go to it as the campaign says.', schema: reopenedAnswer } },
    errors: { ...BODY_ERRORS, 404: NO_CAMPAIGN, 409: 'The reader at this target has asked for nothing.' },
  },
  tellWriters: {
    method: 'post',
    path: '/api/actions/{slug}/tell',
    scope: 'send',
    summary: 'Sends writers who agreed to news one update, or the end of the campaign, each writer once.',
    body: writerNews,
    answers: { 202: { description: 'The number of writers reached so far.', schema: writerNewsAnswer } },
    errors: { ...BODY_ERRORS, 404: NO_CAMPAIGN, 409: 'The campaign has not ended.', 422: 'The update does not exist.' },
  },
  getSignatures: {
    method: 'get',
    path: '/api/actions/{slug}/signatures',
    scope: 'supporters',
    summary: 'Gets the signatures of a campaign, as JSON or as a sheet to hand over.',
    query: z.object({
      format: z.enum(['json', 'html', 'pdf']).default('json'),
      locale: z.string().default(FALLBACK_LOCALE).describe('Language of the sheet.'),
      paper: z.enum(['a4', 'letter']).default('a4'),
    }),
    answers: {
      200: { description: 'The names.', schema: signaturesAnswer, media: ['text/html', 'application/pdf'] },
    },
    errors: {
      404: NO_CAMPAIGN,
      406: 'The font of PDFs lacks the letters of this language.',
      422: 'A query parameter is not valid.',
    },
  },
  addReply: {
    method: 'post',
    path: '/api/actions/{slug}/replies',
    scope: 'publish',
    summary: 'Adds a reply of a target, for moderation.',
    body: targetReply,
    answers: { 201: { description: 'The reply. Adding the same reply twice stores one.', schema: moderatedAnswer } },
    errors: { ...BODY_ERRORS, 404: NO_CAMPAIGN, 422: 'The target does not exist.' },
  },
  listModeration: {
    method: 'get',
    path: '/api/moderation',
    scope: 'publish',
    summary: 'Lists the oldest 200 submissions that wait for moderation, of all campaigns.',
    answers: { 200: { description: 'The submissions.', schema: moderationAnswer } },
    errors: {},
  },
  moderate: {
    method: 'post',
    path: '/api/moderation/{id}',
    scope: 'publish',
    summary: 'Accepts or refuses a submission. The first decision holds; a refused text is erased.',
    body: moderationDecision,
    answers: { 200: { description: 'The decision.', schema: moderatedAnswer } },
    errors: {
      ...BODY_ERRORS,
      404: NO_SUBMISSION,
      409: 'The submission is decided already, or can only be refused.',
    },
  },
} as const satisfies Record<string, Operation>
