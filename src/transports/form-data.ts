import { utf8 } from '../kit/bytes.ts'

/**
 * multipart/form-data (RFC 7578) that is the same for the same fields: the boundary is the first of a fixed series that occurs in
 * none of them, not a random one.
 */
export function formData(fields: ReadonlyArray<readonly [name: string, value: string]>): {
  body: Uint8Array<ArrayBuffer>
  contentType: string
} {
  const boundary = boundaryFor(fields.map(([, value]) => value))
  const parts = fields.flatMap(([name, value]) => [
    utf8(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
    utf8(value), // one by one: an encoder is fastest on text that is all ASCII, and most of a call is
    LINE_END,
  ])
  parts.push(utf8(`--${boundary}--\r\n`))
  const body = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0))
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.length
  }
  return { body, contentType: `multipart/form-data; boundary=${boundary}` }
}

const LINE_END = utf8('\r\n')

function boundaryFor(values: readonly string[]): string {
  for (let n = 0; ; n++) {
    const boundary = `tocsin-part-${n}-end`
    if (!values.some((value) => value.includes(boundary))) return boundary
  }
}
