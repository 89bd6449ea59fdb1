import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

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
