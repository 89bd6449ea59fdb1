import type { Context } from 'hono'
import type * as z from 'zod'
import { fromUtf8, sha256Hex } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'
import { readBounded } from '../web/bounded-body.ts'
import { problem } from '../web/problem.ts'

/** Bytes of a request's JSON: none of them but a campaign comes near. */
export const MAX_JSON_BYTES = 64_000

type Parsed<T> = { value: T; hash: string; refused?: undefined } | { refused: Response; value?: undefined }

/** The body as the schema wants it, with the hash of its text, or the answer that says what is wrong with it. */
export async function readJson<T>(c: Context, schema: z.ZodType<T>, maxBytes = MAX_JSON_BYTES): Promise<Parsed<T>> {
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
  const errors = parsed.error.issues.map((issue) => ({
    path: issue.path.join('.') || '(body)',
    message: issue.message,
  }))
  return { refused: problem(c, { status: 422, title: 'Something in the body is not as expected', errors }) }
}

/** Null where the bytes are not UTF-8. */
function textIn(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes)
  } catch {
    return null
  }
}
