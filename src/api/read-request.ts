import type * as z from 'zod'
import { fromUtf8, sha256Hex } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'
import { readBounded } from '../web/bounded-body.ts'
import { problem } from '../web/problem.ts'
import type { ApiContext } from './context.ts'

/** Bytes of a request's JSON. Only a campaign may be larger. */
const MAX_JSON_BYTES = 64_000

type ProblemResponse = { refused: Response; value?: undefined }
type JsonBody<T> = { value: T; hash: string; refused?: undefined } | ProblemResponse
type Query<T> = { value: T; refused?: undefined } | ProblemResponse

/** The body by its schema, with the hash of its text, or the problem to answer with. */
export async function readJson<T>(
  c: ApiContext,
  schema: z.ZodType<T>,
  maxBytes = MAX_JSON_BYTES,
): Promise<JsonBody<T>> {
  const bytes = await readBounded(c.req.raw, maxBytes)
  if (bytes === null) {
    return {
      refused: problem(c, { status: 413, title: 'Body too large', detail: `expected at most ${maxBytes} bytes` }),
    }
  }
  const text = textIn(bytes)
  const json = text === null ? undefined : parseJson(text)
  if (text === null || json === undefined) {
    return {
      refused: problem(c, { status: 400, title: 'Body is not JSON', detail: 'expected a JSON object in UTF-8' }),
    }
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return { value: parsed.data, hash: await sha256Hex(text) }
  const errors = faultsOf(parsed.error, '(body)')
  return { refused: problem(c, { status: 422, title: 'Something in the body is not as expected', errors }) }
}

/** The query by its schema, or the problem to answer with. */
export function readQuery<T>(
  c: ApiContext,
  schema: z.ZodType<T>,
  refusal: { status: 400 | 422; title: string } = { status: 422, title: 'Something in the URL is not as expected' },
): Query<T> {
  const parsed = schema.safeParse(c.req.query())
  if (parsed.success) return { value: parsed.data }
  return { refused: problem(c, { ...refusal, errors: faultsOf(parsed.error, '(query)') }) }
}

const faultsOf = ({ issues }: z.ZodError, whole: string): Array<{ path: string; message: string }> =>
  issues.map(({ path, message }) => ({ path: path.join('.') || whole, message }))

/** Null where the bytes are not UTF-8. */
function textIn(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes)
  } catch {
    return null
  }
}

/** Characters of an Idempotency-Key. */
const MAX_KEY_CHARS = 255

/** The Idempotency-Key, if any, or the problem to answer with. */
export function readIdempotencyKey(c: ApiContext): Query<string | undefined> {
  const key = c.req.header('idempotency-key')
  if (key === undefined || (key !== '' && key.length <= MAX_KEY_CHARS)) return { value: key }
  const detail = `expected 1 to ${MAX_KEY_CHARS} characters`
  return { refused: problem(c, { status: 400, title: 'Idempotency-Key is not usable', detail }) }
}
