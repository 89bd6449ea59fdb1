import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { BodyFault } from './bounded-body.ts'

/** RFC 9457 problem details. `errors`, an extension member, lists the faults of fields (DESIGN §4). */
export type Problem = {
  status: ContentfulStatusCode
  title: string
  detail?: string
  errors?: Array<{ path: string; message: string }>
  [extension: string]: unknown
}

export function problem(c: Context, { status, ...rest }: Problem, headers: Record<string, string> = {}): Response {
  return c.body(JSON.stringify({ type: 'about:blank', status, ...rest }), status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...headers,
  })
}

/** The problem of a body that could not be read. */
export const bodyProblem = (c: Context, fault: BodyFault, maxBytes: number): Response =>
  fault === 'too-large'
    ? problem(c, { status: 413, title: 'The body is too large', detail: `expected at most ${maxBytes} bytes` })
    : problem(c, { status: 400, title: 'The body broke off', detail: 'expected a whole body: send it again' })
