import { expect, test } from 'vitest'
import * as z from 'zod'
import { clientTypes } from '../../scripts/api-types/client-types.ts'
import { openApiDocument } from '../../scripts/content/openapi.ts'
import { openApiDocument as generated } from '../../src/api/openapi.gen.ts'
import { apiRoutes } from '../../src/api/routes.ts'
import { SCOPES } from '../../src/security/bearer.ts'

/** The rules of https://spec.openapis.org/oas/v3.1 for the parts of OpenAPI that Tocsin uses. */
const response = z.union([
  z.strictObject({ $ref: z.string() }),
  z.strictObject({
    description: z.string().min(1),
    headers: z.record(z.string(), z.strictObject({ schema: z.strictObject({ type: z.literal('string') }) })).optional(),
    content: z.record(z.string(), z.looseObject({ schema: z.looseObject({}) })).optional(),
  }),
])
const operation = z.strictObject({
  operationId: z.string().regex(/^[a-z][A-Za-z]+$/),
  summary: z.string().min(1),
  description: z.string().min(1),
  parameters: z.array(
    z.strictObject({
      name: z.string().min(1),
      in: z.enum(['path', 'query', 'header', 'cookie']),
      required: z.boolean(),
      description: z.string().optional(),
      schema: z.looseObject({ type: z.string() }),
    }),
  ),
  requestBody: z
    .strictObject({
      required: z.boolean(),
      content: z.record(z.string(), z.strictObject({ schema: z.looseObject({ type: z.enum(['object', 'string']) }) })),
    })
    .optional(),
  responses: z.record(z.string().regex(/^([1-5]\d\d|default)$/), response),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
})
const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const
const document = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.looseObject({ title: z.string().min(1), version: z.string().min(1) }),
  servers: z.tuple([]), // each deployment adds its own
  security: z.array(z.record(z.string(), z.array(z.string()))),
  paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(METHODS), operation)),
  components: z.strictObject({
    securitySchemes: z.record(z.string(), z.looseObject({ type: z.literal('http'), scheme: z.literal('bearer') })),
    schemas: z.record(z.string(), z.looseObject({})),
  }),
})

const described = document.parse(openApiDocument())
const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, one]) => ({ path, method, ...one })),
)

test('the OpenAPI document in the Worker is generated from the current table of operations', () => {
  expect(generated).toEqual(JSON.parse(JSON.stringify(described)))
})

test('the document is valid OpenAPI for an independent library', async () => {
  await expect(clientTypes(openApiDocument())).resolves.toContain('requestDispatch')
  const { openapi: _, ...without } = openApiDocument()
  await expect(clientTypes(without)).rejects.toThrow()
})

test('the document and the router have the same operations', () => {
  const served = apiRoutes.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`)
  const listed = operations.map(({ method, path }) => `${method} ${path}`)
  expect(listed.sort()).toEqual([...new Set(served)].sort())
})

test('operation ids are unique, and each summary begins with a verb', () => {
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  for (const { summary } of operations) expect(summary).toMatch(/^[A-Z][a-z]+s .*\.$/)
})

test('every reference resolves, and every name in a path is a parameter', () => {
  for (const [, name] of JSON.stringify(described).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
    expect(described.components.schemas).toHaveProperty(name ?? '')
  }
  for (const { path, parameters } of operations) {
    const inPath = parameters.filter((parameter) => parameter.in === 'path')
    expect(inPath.map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    expect(inPath.every(({ required }) => required)).toBe(true)
  }
  for (const requirement of described.security) {
    for (const scheme of Object.keys(requirement)) expect(described.components.securitySchemes).toHaveProperty(scheme)
  }
})

test('every operation documents its scope, its answers and its errors', () => {
  for (const { description, responses, path, security } of operations) {
    if (security === undefined) expect(SCOPES.some((scope) => description.includes(scope))).toBe(true)
    expect([path, Object.keys(responses).some((status) => status.startsWith('2'))]).toEqual([path, true])
    expect(JSON.stringify(responses.default)).toContain('application/problem+json')
  }
})

test('the schema of a dispatch request has the fields that the API reads, and no others', () => {
  const body = described.paths['/api/dispatches']?.post?.requestBody?.content['application/json']?.schema
  expect(body).toMatchObject({ required: ['campaign', 'revision', 'email'], additionalProperties: false })
  expect(Object.keys(z.looseObject({}).parse(body?.properties)).sort()).toEqual([
    'audience',
    'campaign',
    'dryRun',
    'email',
    'holdAfter',
    'notify',
    'practice',
    'ratePerMinute',
    'revision',
    'sendAt',
    'testTo',
    'updateId',
  ])
})
