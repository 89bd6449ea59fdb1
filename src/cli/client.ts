import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as safeRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { json, text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import * as z from 'zod'
import { parseJson } from '../kit/parse-json.ts'
import type { components } from './api-types.gen.ts'
import { type Deployment, Mistake } from './command.ts'
import type { AnswerOf, CallOptions, Method, OperationAt, PathsWith } from './operation-types.ts'

/** A client of the API. `npm run content` generates its types from the OpenAPI document. */

export type Schemas = components['schemas']
type ProblemDetails = Schemas['Problem']

/** The API answered 3xx or 4xx. `problem`: the problem details, undefined if the body has none. */
export class ApiError extends Mistake {
  readonly problem: ProblemDetails | undefined

  constructor(message: string, problem: ProblemDetails | undefined) {
    super(message)
    this.problem = problem
  }
}

/** Calls an operation that returns JSON. @throws ApiError below status 500, Error for 5xx or without an answer. */
export async function call<M extends Method, P extends PathsWith<M>>(
  deployment: Deployment,
  method: M,
  path: P,
  options: CallOptions<OperationAt<M, P>>,
): Promise<AnswerOf<OperationAt<M, P>>> {
  const response = await open(deployment, method, path, options)
  const { statusCode: status, headers } = response
  return { status, json: await json(response), headers } as AnswerOf<OperationAt<M, P>>
}

/** Calls an operation that returns a file. @throws ApiError below status 500, Error for 5xx or without an answer. */
export const download = <P extends PathsWith<'get'>>(
  deployment: Deployment,
  path: P,
  options: CallOptions<OperationAt<'get', P>>,
): Promise<IncomingMessage> => open(deployment, 'get', path, options)

type AnyOptions = {
  path?: object | undefined
  query?: object | undefined
  header?: object | undefined
  json?: unknown
  file?: { type: string; stream: Readable } | undefined
}

async function open(
  deployment: Deployment,
  method: Method,
  path: string,
  options: AnyOptions,
): Promise<IncomingMessage> {
  const { path: names = {}, query = {}, header = {}, json: body, file } = options
  const filled = Object.entries(names).reduce(
    (url, [name, value]) => url.replace(`{${name}}`, encodeURIComponent(String(value))),
    path,
  )
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  const target = given.length === 0 ? filled : `${filled}?${new URLSearchParams(given)}`
  const type = file?.type ?? (body === undefined ? undefined : 'application/json')
  const headers = {
    authorization: `Bearer ${deployment.token}`,
    ...(type !== undefined && { 'content-type': type }),
    ...header,
  }
  const response = await send(deployment.url + target, { method: method.toUpperCase(), headers }, body, file?.stream)
  const { statusCode = 0 } = response
  if (statusCode < 300) return response
  const problem = problemIn(await text(response))
  const message = (problem && problemText(problem)) || `${method.toUpperCase()} ${target} answered ${statusCode}`
  throw statusCode >= 500 ? new Error(message) : new ApiError(message, problem)
}

function send(
  url: string,
  options: { method: string; headers: Record<string, string> },
  body: unknown,
  stream: Readable | undefined,
): Promise<IncomingMessage> {
  const request = (url.startsWith('https:') ? safeRequest : plainRequest)(url, options)
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
  })
  if (stream === undefined) request.end(body === undefined ? undefined : JSON.stringify(body))
  // The API may refuse before the upload ends. The response, or the request's error, is reported instead.
  else pipeline(stream, request).catch(() => {})
  return answered
}

/** Problem details (RFC 9457) as the client reads them. An error body of another form, as from a proxy, does not match. */
const problemForm = z.looseObject({
  type: z.string().default('about:blank'),
  title: z.string(),
  status: z.number().default(0),
  detail: z.string().exactOptional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).exactOptional(),
  confirmedAfter: z.string().exactOptional(),
})

const problemIn = (body: string): ProblemDetails | undefined =>
  problemForm.safeParse(parseJson(body)).data as ProblemDetails | undefined

function problemText({ title, detail, errors = [] }: ProblemDetails): string {
  const faults = errors.map(({ path, message }) => `\n  ${path}: ${message}`).join('')
  return [title, detail].filter(Boolean).join(': ') + faults
}
