import type { Attachment } from '../../emails/message.ts'
import { concatenate, utf8 } from '../../kit/bytes.ts'

/**
 * Fields and files as multipart/form-data (RFC 7578). Equal input gives equal bytes: the boundary is not random, but the first
 * of a fixed series that occurs in no value. All files use the field name `fileField`.
 */
export function formData(
  fields: ReadonlyArray<readonly [name: string, value: string]>,
  files: readonly Attachment[] = [],
  fileField = 'file',
): { body: Uint8Array<ArrayBuffer>; contentType: string } {
  const boundary = boundaryFor([...fields.map(([, value]) => value), ...files.map(({ content }) => inLatin1(content))])
  const parts: Uint8Array[] = fields.flatMap(([name, value]) => [
    utf8(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
    utf8(value), // separately, because encoding is fastest on pure ASCII, which most fields are
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

/** Decodes bytes as Latin-1, which keeps ASCII: enough to search for a boundary. */
const inLatin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)

function boundaryFor(values: readonly string[]): string {
  for (let n = 0; ; n++) {
    const boundary = `tocsin-part-${n}-end`
    if (!values.some((value) => value.includes(boundary))) return boundary
  }
}
