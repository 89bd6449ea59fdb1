import * as z from 'zod'
import { asked } from '../dispatch/order.ts'
import { SCOPES } from '../security/bearer.ts'
import { campaignFiles, previewAsked, resolution, supporterAct } from './shapes.ts'

type Operation = {
  summary: string
  scope?: (typeof SCOPES)[number] // none: no token either
  body?: z.ZodType
  answers: Record<number, string>
  headers?: string[]
}

const PROBLEM = {
  description: 'RFC 9457 problem details',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
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
      body: asked,
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

function describe(path: string, { summary, scope, body, answers, headers = [] }: Operation): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inHeader = headers.map((name) => ({ name, in: 'header', required: false, schema: { type: 'string' } }))
  return {
    summary,
    description: scope === undefined ? 'Needs no token.' : `Needs the scope ${scope}.`,
    ...(scope === undefined && { security: [] }),
    parameters: [...inPath, ...inHeader],
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }) } },
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

const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
  },
}
