import type * as z from 'zod'
import { fromUtf8, sha256Hex } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'
import { plainIssue } from '../kit/words/plain-issue.ts'
import { readBounded } from '../web/bounded-body.ts'
import { bodyProblem, problem } from '../web/problem.ts'
import type { ApiContext } from './context.ts'

/** Bytes of a JSON body. Only a campaign may be larger. */
const MAX_JSON_BYTES = 64_000

type ProblemResponse = { refused: Response; value?: undefined }
type JsonBody<T> = { value: T; hash: string; refused?: undefined } | ProblemResponse
type Query<T> = { value: T; refused?: undefined } | ProblemResponse

/** The JSON body by its schema, with the SHA-256 of its text in hexadecimal; or a response with status 400, 413 or 422. */
export async function readJson<T>(
  c: ApiContext,
  schema: z.ZodType<T>,
  maxBytes = MAX_JSON_BYTES,
): Promise<JsonBody<T>> {
  const body = await readBounded(c.req.raw, maxBytes)
  if (!body.ok) return { refused: bodyProblem(c, body.error, maxBytes) }
  const text = textIn(body.value)
  const json = text === null ? undefined : parseJson(text)
  if (text === null || json === undefined) {
    return {
      refused: problem(c, { status: 400, title: 'The body is not JSON', detail: 'expected a JSON object in UTF-8' }),
    }
  }
  const parsed = schema.safeParse(json, { error: plainIssue })
  if (parsed.success) return { value: parsed.data, hash: await sha256Hex(text) }
  const errors = faultsOf(parsed.error, '(body)')
  return { refused: problem(c, { status: 422, title: 'The body is not valid', errors }) }
}

/** The query by its schema; or a response with status 422, or another one by `refusal`. */
export function readQuery<T>(
  c: ApiContext,
  schema: z.ZodType<T>,
  refusal: { status: 400 | 422; title: string } = { status: 422, title: 'A query parameter is not valid' },
): Query<T> {
  const parsed = schema.safeParse(c.req.query(), { error: plainIssue })
  if (parsed.success) return { value: parsed.data }
  return { refused: problem(c, { ...refusal, errors: faultsOf(parsed.error, '(query)') }) }
}

const faultsOf = ({ issues }: z.ZodError, whole: string): Array<{ path: string; message: string }> =>
  issues.map(({ path, message }) => ({ path: path.join('.') || whole, message }))

/** The bytes as text; null if they are not UTF-8. */
function textIn(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes)
  } catch {
    return null
  }
}

/** Longest Idempotency-Key, in characters. */
const MAX_KEY_CHARS = 255

/** The Idempotency-Key, undefined without the header; or a response with status 400. */
export function readIdempotencyKey(c: ApiContext): Query<string | undefined> {
  const key = c.req.header('idempotency-key')
  if (key === undefined || (key !== '' && key.length <= MAX_KEY_CHARS)) return { value: key }
  const detail = `found ${key.length} characters; expected 1 to ${MAX_KEY_CHARS}`
  return { refused: problem(c, { status: 400, title: 'The Idempotency-Key is empty or too long', detail }) }
}
