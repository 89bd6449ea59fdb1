import type { Attachment } from '../../emails/message.ts'
import { concatenate, utf8 } from '../../kit/bytes.ts'

/**
 * multipart/form-data (RFC 7578) that is the same for the same fields and files: the boundary is the first of a fixed series that occurs
 * in none of them, not a random one. All files are sent under the one name `fileField`; their own names are ASCII without quotes.
 */
export function formData(
  fields: ReadonlyArray<readonly [name: string, value: string]>,
  files: readonly Attachment[] = [],
  fileField = 'file',
): { body: Uint8Array<ArrayBuffer>; contentType: string } {
  const boundary = boundaryFor([...fields.map(([, value]) => value), ...files.map(({ content }) => inLatin1(content))])
  const parts: Uint8Array[] = fields.flatMap(([name, value]) => [
    utf8(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
    utf8(value), // one by one: an encoder is fastest on text that is all ASCII, and most of a call is
    LINE_END,
  ])
  for (const { filename, contentType, content } of files) {
    const disposition = `form-data; name="${fileField}"; filename="${filename}"`
    const head = `Content-Disposition: ${disposition}\r\nContent-Type: ${contentType}\r\n\r\n`
    parts.push(utf8(`--${boundary}\r\n${head}`), content, LINE_END)
  }
  parts.push(utf8(`--${boundary}--\r\n`))
  return { body: concatenate(parts), contentType: `multipart/form-data; boundary=${boundary}` }
}

const LINE_END = utf8('\r\n')

/** A character for each byte, ASCII as it is: enough to look for a boundary in. */
const inLatin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)

function boundaryFor(values: readonly string[]): string {
  for (let n = 0; ; n++) {
    const boundary = `tocsin-part-${n}-end`
    if (!values.some((value) => value.includes(boundary))) return boundary
  }
}
