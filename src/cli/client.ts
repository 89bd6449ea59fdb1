import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as safeRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import * as z from 'zod'
import { isLoopback } from '../kit/loopback.ts'
import { parseJson } from '../kit/parse-json.ts'
import type { components } from './api-types.gen.ts'
import { codeOf, type Deployment, Mistake, NoServer, Rebuilding } from './command.ts'
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

/** Calls an operation that returns JSON. @throws ApiError below status 500, NoServer, Error for 5xx */
export async function call<M extends Method, P extends PathsWith<M>>(
  deployment: Deployment,
  method: M,
  path: P,
  options: CallOptions<OperationAt<M, P>>,
): Promise<AnswerOf<OperationAt<M, P>>> {
  const response = await open(deployment, method, path, options)
  const { statusCode: status, headers } = response
  const body = parseJson(await text(response))
  if (body === undefined) throw new Mistake(`${deployment.url} answers, but not as Tocsin does: is the URL right?`)
  return { status, json: body, headers } as AnswerOf<OperationAt<M, P>>
}

/** Calls an operation that returns a file. @throws ApiError below status 500, NoServer, Error for 5xx */
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
  const { signal } = deployment
  const request = { method: method.toUpperCase(), headers, ...(signal && { signal }) }
  const response = await send(deployment.url + target, request, body, file?.stream).catch((error: unknown) => {
    throw codeOf(error) === '' ? error : new NoServer(deployment.url, codeOf(error))
  })
  const { statusCode = 0 } = response
  if (statusCode < 300) return response
  const problem = problemIn(await text(response))
  if (statusCode === 401) throw new ApiError(tokenRefused(deployment), problem)
  const message = (problem && problemText(problem)) || `${method.toUpperCase()} ${target} answered ${statusCode}`
  // The gate of the local server names when to come again; a deployment whose settings are wrong does not.
  if (statusCode === 503 && isLoopback(deployment.url) && response.headers['retry-after'] !== undefined)
    throw new Rebuilding(deployment.url, '503')
  throw statusCode >= 500 ? new Error(message) : new ApiError(message, problem)
}

/** Says which token a deployment does not know, and where to put the right one. */
const tokenRefused = ({ url, token, tokenFrom }: Deployment): string =>
  token === ''
    ? `${url} needs a token: set TOCSIN_TOKEN, or write it into .tocsin/token with mode 600.`
    : `${url} does not know this token (${tokenFrom ?? 'TOCSIN_TOKEN'}). Set TOCSIN_TOKEN to a token of this deployment.`

function send(
  url: string,
  options: { method: string; headers: Record<string, string>; signal?: AbortSignal },
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
