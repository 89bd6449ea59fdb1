/** Generates the OpenAPI 3.1 document from the table of operations. */

import * as z from 'zod'
import { type Operation, type OperationAnswer, TOKEN_ERRORS } from '../../src/api/contract/operation.ts'
import { operationEntries } from '../../src/api/contract/operations.ts'
import { problemSchema } from '../../src/api/contract/problem-schema.ts'
import { SCOPES } from '../../src/security/bearer.ts'

type Json = Record<string, unknown>

/** The OpenAPI document. `servers` is empty; each deployment adds its own URL. */
export function openApiDocument(): Json {
  const schemas: Record<string, Json> = {}
  const problem = referenceTo(problemSchema, schemas)
  const paths: Record<string, Json> = {}
  for (const [id, operation] of operationEntries()) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describe(id, operation, schemas, problem),
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Tocsin', version: '1', description: 'Campaigns, dispatches and supporters of one deployment.' },
    servers: [],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: `Scopes: ${SCOPES.join(', ')}` } },
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

function describe(id: string, operation: Operation, schemas: Record<string, Json>, problem: Json): Json {
  const { scope, summary, answers } = operation
  const content = bodyOf(operation)
  const errors = { ...(scope !== null && TOKEN_ERRORS), ...operation.errors }
  const refusal = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: problem } },
  })
  return {
    operationId: id,
    summary,
    description: scope === null ? 'Needs no token.' : `Needs the scope ${scope}.`,
    ...(scope === null && { security: [] }),
    parameters: parametersOf(operation),
    ...(content !== null && { requestBody: { required: true, content } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerOf(answer, schemas)])),
      ...Object.fromEntries(Object.entries(errors).map(([status, description]) => [status, refusal(description)])),
      default: refusal('Another error.'),
    },
  }
}

function bodyOf({ body, file }: Operation): Json | null {
  if (body !== undefined) return { 'application/json': { schema: inputSchema(body) } }
  return file === undefined ? null : Object.fromEntries(file.map((type) => [type, { schema: { type: 'string' } }]))
}

function parametersOf({ path, query, headers = {} }: Operation): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    const { description, ...rest } = inputSchema(schema)
    return { name, in: 'query', required: false, ...(description !== undefined && { description }), schema: rest }
  })
  const inHeader = Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }))
  return [...inPath, ...inQuery, ...inHeader]
}

function answerOf(
  { description, schema, media = [], headers = [] }: OperationAnswer,
  schemas: Record<string, Json>,
): Json {
  return {
    description,
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' } }])),
    }),
    content: {
      ...(schema !== undefined && { 'application/json': { schema: referenceTo(schema, schemas) } }),
      ...Object.fromEntries(media.map((type) => [type, { schema: { type: 'string' } }])),
    },
  }
}

/** JSON Schema of a request. Strict schemas forbid additional members. */
function inputSchema(schema: z.ZodType): Json {
  return plain(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: simplify }))
}

/** JSON Schema of an answer. Schemas with an id become components. Additional members are allowed, since later versions may add some. */
function referenceTo(schema: z.ZodType, schemas: Record<string, Json>): Json {
  const id = z.globalRegistry.get(schema)?.id
  if (id !== undefined && schemas[id] !== undefined) return { $ref: `#/components/schemas/${id}` }
  const made = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any', override: simplifyAnswer })
  const { $defs = {}, ...own } = plain(made)
  for (const [name, definition] of Object.entries($defs as Record<string, Json>)) schemas[name] ??= plain(definition)
  if (id === undefined) return own
  if (!('$ref' in own)) schemas[id] = own // otherwise the schema is among its own $defs
  return { $ref: `#/components/schemas/${id}` }
}

type Override = (context: { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema }) => void

/** Removes noise: zod's long patterns beside a format, and its bounds of integers, which are JavaScript's. */
const simplify: Override = ({ jsonSchema }) => {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern
  if (JSON.stringify(jsonSchema.propertyNames) === '{"type":"string"}') delete jsonSchema.propertyNames
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
}

const simplifyAnswer: Override = (context) => {
  simplify(context)
  if (context.jsonSchema.additionalProperties === false) delete context.jsonSchema.additionalProperties
}

/** The schema without `$schema` and ids; references point to the components. */
function plain(schema: object): Json & { $defs?: object } {
  const text = JSON.stringify(schema, (key, value) => (key === '$schema' || key === '$id' ? undefined : value))
  const { id: _, ...rest } = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'))
  return rest
}
