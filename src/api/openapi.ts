import * as z from 'zod'
import { dispatchRequestBodySchema } from '../dispatch/dispatch-request.ts'
import { SCOPES } from '../security/bearer.ts'
import { MEDIA_TYPES } from '../supporters/export/format.ts'
import { campaignFiles, moderation, previewAsked, replyGiven, resolution, supporterAct, told } from './bodies.ts'
import { PROBLEM, PROBLEM_SCHEMA } from './openapi-problem.ts'

type Operation = {
  summary: string
  scope?: (typeof SCOPES)[number] // none: no token either
  body?: z.ZodType
  answers: Record<number, string>
  headers?: string[]
  query?: string[]
  /** Media types of a body that is no JSON but a file. */
  file?: readonly string[]
}

/** Every route of the API with the schemas that it really parses by. */
const OPERATIONS: Record<string, Record<string, Operation>> = {
  '/api/campaigns': {
    get: {
      summary: 'The campaigns in brief, newest first',
      scope: 'read',
      answers: { 200: 'slug, revision, status, title, locales of each' },
    },
  },
  '/api/campaigns/{slug}': {
    get: {
      summary: 'One campaign, whole, with the revision that is current',
      scope: 'read',
      answers: { 200: 'the definition', 404: '' },
    },
    put: {
      summary: 'Publishes a revision from the texts of campaign.yaml and the <locale>.md files',
      scope: 'publish',
      body: campaignFiles,
      headers: ['If-Match'],
      answers: {
        200: 'slug, revision, and the dispatches this has paused',
        201: 'as 200, for a new campaign',
        412: '',
        422: '',
      },
    },
  },
  '/api/campaigns/{slug}/preview': {
    post: {
      summary: 'An e-mail of it as a reader would get it',
      scope: 'read',
      body: previewAsked,
      answers: { 200: 'subject, html, text, warnings', 422: '' },
    },
  },
  '/api/dispatches': {
    get: { summary: 'The newest dispatches', scope: 'read', answers: { 200: 'state and counts of each' } },
    post: {
      summary: 'Sends an e-mail of a campaign to an audience, once per person; or a dry run, or a test to one address',
      scope: 'send',
      body: dispatchRequestBodySchema,
      headers: ['Idempotency-Key'],
      answers: { 201: 'the dispatch', 202: 'the test is on its way', 409: '', 422: '' },
    },
  },
  '/api/dispatches/{id}': {
    get: {
      summary: 'State, counts and the batches only a person can settle',
      scope: 'read',
      answers: { 200: 'the dispatch', 404: '' },
    },
  },
  '/api/dispatches/{id}/events': {
    get: {
      summary: 'The same as server-sent events, until it is finished',
      scope: 'read',
      answers: { 200: 'text/event-stream' },
    },
  },
  ...Object.fromEntries(
    ['approve', 'pause', 'resume', 'cancel'].map((act) => [
      `/api/dispatches/{id}/${act}`,
      {
        post: {
          summary: `${act}s it; answers once every lane has acknowledged`,
          scope: 'send' as const,
          answers: { 200: 'the dispatch', 409: '' },
        },
      },
    ]),
  ),
  '/api/dispatches/{id}/resolve': {
    post: {
      summary: 'Decides about batches whose fate nobody knows',
      scope: 'send',
      body: resolution,
      answers: { 200: 'which were resolved', 409: '' },
    },
  },
  ...Object.fromEntries(
    ['look-up', 'suppress', 'erase'].map((act) => [
      `/api/supporters/${act}`,
      {
        post: {
          summary: `${act} a person who asked by reply, post or phone`,
          scope: 'supporters' as const,
          body: supporterAct,
          answers: { 200: 'what was done or found', 422: '' },
        },
      },
    ]),
  ),
  '/api/actions/{slug}': {
    get: {
      summary:
        'What people have done in a campaign: letters by state, country and day, and what a person has to settle',
      scope: 'read',
      answers: { 200: 'the numbers', 404: '' },
    },
  },
  '/api/actions/{slug}/resolve': {
    post: {
      summary: 'Decides about letters of which nobody knows whether they arrived',
      scope: 'send',
      body: resolution,
      answers: { 200: 'which were resolved', 404: '', 422: '' },
    },
  },
  '/api/actions/{slug}/tell': {
    post: {
      summary: 'Tells those who wrote, and agreed to it, of an update or how the campaign has ended',
      scope: 'send',
      body: told,
      answers: { 202: 'how many were told so far', 404: '', 409: '', 422: '' },
    },
  },
  '/api/actions/{slug}/signatures': {
    get: {
      summary: 'Names of those who wrote and let them be shown, for the sheet that is handed over',
      scope: 'supporters',
      query: ['format', 'locale', 'paper'],
      answers: { 200: 'names, with place and country where they gave them', 404: '', 406: '', 422: '' },
    },
  },
  '/api/actions/{slug}/replies': {
    post: {
      summary: 'Brings in what a target has answered; once somebody has accepted it, the page of the campaign shows it',
      scope: 'publish',
      body: replyGiven,
      answers: { 201: 'id and standing; of the same reply again, those it has', 404: '', 422: '' },
    },
  },
  '/api/moderation': {
    get: {
      summary: 'What waits to be read, of all campaigns: messages of support, endorsements, replies; the oldest 200',
      scope: 'publish',
      answers: { 200: 'items: id, campaign, kind, receivedAt, flags, whether it is acceptable, and its words' },
    },
  },
  '/api/moderation/{id}': {
    post: {
      summary: 'Accepts or refuses it. Whoever decides first decides; a refused text is erased at once',
      scope: 'publish',
      body: moderation,
      answers: { 200: 'id and standing', 404: '', 409: '', 422: '' },
    },
  },
  '/api/supporters/import': {
    post: {
      summary:
        'Brings in a list as CSV or NDJSON: docs/import.md tells its columns. With more=yes further parts follow',
      scope: 'supporters',
      file: Object.values(MEDIA_TYPES),
      headers: ['Idempotency-Key'],
      query: ['locale', 'confirmationsPerMinute', 'more'],
      answers: { 202: 'the import', 400: '', 409: '', 415: '', 422: '' },
    },
  },
  '/api/supporters/imports': {
    get: {
      summary: 'The newest imports, 200 at once: Link leads to earlier ones',
      scope: 'supporters',
      query: ['before'],
      answers: { 200: 'state and counts of each', 400: '' },
    },
  },
  '/api/supporters/imports/{id}': {
    get: {
      summary: 'State, counts, and a page of the rows that were refused',
      scope: 'supporters',
      query: ['after'],
      answers: { 200: 'the import; Link leads to the next page of the report', 404: '' },
    },
  },
  '/api/supporters/imports/{id}/parts/{part}': {
    put: {
      summary: 'A further part of a list that is too large for one request; the last without more=yes',
      scope: 'supporters',
      file: Object.values(MEDIA_TYPES),
      query: ['more'],
      answers: { 202: 'the import', 404: '', 409: '', 415: '', 422: '' },
    },
  },
  '/api/supporters/imports/{id}/cancel': {
    post: {
      summary: 'Imports and asks nobody further; who is in already stays',
      scope: 'supporters',
      answers: { 200: 'the import', 404: '', 409: '' },
    },
  },
  '/api/supporters/export': {
    get: {
      summary: 'The confirmed supporters as CSV or NDJSON',
      scope: 'supporters',
      query: ['format', 'cursor'],
      answers: { 200: 'the list, or a share of it: Link then leads to the next', 422: '' },
    },
  },
  '/api/supporters/transfers': {
    get: {
      summary: 'Who brought in or took out a list, and when',
      scope: 'admin',
      query: ['before'],
      answers: { 200: 'imports and exports, the newest first, 200 at once: Link then leads to earlier ones', 400: '' },
    },
  },
  '/api/openapi.json': {
    get: { summary: 'This description', answers: { 200: 'OpenAPI 3.1' } },
  },
  '/api/stats': {
    get: {
      summary: 'How many supporters, departures, campaigns, dispatches',
      scope: 'read',
      answers: { 200: 'counts' },
    },
  },
}

/** OpenAPI 3.1, made from the schemas. `server` is PUBLIC_URL. */
export function openapi(server: string): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Tocsin', version: '1', description: 'Campaigns, dispatches and supporters of one deployment.' },
    servers: [{ url: server }],
    security: [{ token: [] }],
    paths: Object.fromEntries(
      Object.entries(OPERATIONS).map(([path, methods]) => [
        path,
        Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, describe(path, operation)])),
      ]),
    ),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: `Scopes: ${SCOPES.join(', ')}` } },
      schemas: { Problem: PROBLEM_SCHEMA },
    },
  }
}

function describe(
  path: string,
  { summary, scope, body, answers, headers = [], query = [], file = [] }: Operation,
): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inHeader = headers.map((name) => ({ name, in: 'header', required: false, schema: { type: 'string' } }))
  const inQuery = query.map((name) => ({ name, in: 'query', required: false, schema: { type: 'string' } }))
  return {
    summary,
    description: scope === undefined ? 'Needs no token.' : `Needs the scope ${scope}.`,
    ...(scope === undefined && { security: [] }),
    parameters: [...inPath, ...inQuery, ...inHeader],
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }) } },
      },
    }),
    ...(file.length > 0 && {
      requestBody: {
        required: true,
        content: Object.fromEntries(file.map((type) => [type, { schema: { type: 'string' } }])),
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, text]) => [
          status,
          Number(status) < 400 ? { description: text } : PROBLEM,
        ]),
      ),
      default: PROBLEM,
    },
  }
}
