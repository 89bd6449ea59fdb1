import type { Context } from 'hono'
import { sha256, toHex } from '../kit/bytes.ts'
import type { Bytes } from '../kit/caches/byte-cache.ts'

/** First and last byte of a part of a file. */
type ByteRange = { first: number; last: number }

/**
 * The one range that a Range header asks for (RFC 9110 §14.1.2). Null for the whole file: no header, another unit, more
 * than one range, or a range that is not valid. `length` is the file's.
 */
export function rangeIn(header: string | undefined, length: number): ByteRange | 'unsatisfiable' | null {
  const [, from = '', to = ''] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '') ?? []
  if (from === '' && to === '') return null
  const last = from === '' || to === '' ? length - 1 : Math.min(Number(to), length - 1)
  const first = from === '' ? Math.max(0, length - Number(to)) : Number(from)
  if (from !== '' && to !== '' && Number(to) < first) return null
  return first >= length || (from === '' && Number(to) === 0) ? 'unsatisfiable' : { first, last }
}

/** Hexadecimal digits of the entity tag: 64 bits tell two versions of one file apart. */
const TAG_DIGITS = 16

/**
 * The response with a file, or with the part of it that was asked for: on a line that breaks, a client continues where
 * it stopped. With If-Range, a part of another version is never sent.
 */
export async function rangedBody(c: Context, bytes: Bytes, headers: Record<string, string>): Promise<Response> {
  const etag = `"${toHex(await sha256(bytes)).slice(0, TAG_DIGITS)}"`
  const all = { ...headers, etag, 'accept-ranges': 'bytes' }
  const condition = c.req.header('if-range')
  const wanted = c.req.method === 'GET' && (condition === undefined || condition === etag)
  const range = wanted ? rangeIn(c.req.header('range'), bytes.length) : null
  if (range === null) return c.body(bytes, 200, all)
  if (range === 'unsatisfiable') return c.body(null, 416, { ...all, 'content-range': `bytes */${bytes.length}` })
  const { first, last } = range
  return c.body(bytes.slice(first, last + 1), 206, {
    ...all,
    'content-range': `bytes ${first}-${last}/${bytes.length}`,
  })
}
