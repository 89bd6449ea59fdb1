/** Shows a captured mail as lines: its header fields unchanged, and each part decoded with its encoding named. */

import { isPdf } from './pdf.ts'
import { inBrief, showBody } from './show.ts'

type Part = { head: string; type: string; encoding: string; body: Buffer; parts: Part[] }

const CRLF = '\r\n'

/** Parses a mail or part (RFC 5322 and 2046), as far as Tocsin's own mails need. */
export function partOf(bytes: Buffer): Part {
  const source = bytes.toString('latin1')
  const end = source.indexOf(CRLF + CRLF)
  const head = end < 0 ? source : source.slice(0, end)
  const content = end < 0 ? '' : source.slice(end + 4)
  const fields = head.replace(/\r\n[ \t]+/g, ' ')
  const type = /^content-type: *(.*)$/im.exec(fields)?.[1] ?? 'text/plain'
  const encoding = /^content-transfer-encoding: *(.*)$/im.exec(fields)?.[1]?.toLowerCase() ?? '7bit'
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  const parts =
    boundary === undefined
      ? []
      : `${CRLF}${content}`
          .split(`${CRLF}--${boundary}`)
          .slice(1, -1)
          .map((part) => partOf(Buffer.from(part.slice(CRLF.length), 'latin1')))
  return { head, type, encoding, body: Buffer.from(content, 'latin1'), parts }
}

/** Shows a mail as lines. `brief`: shows HTML parts and attachments by hash. */
export function showMail(eml: Buffer, brief = false): string {
  return showPart(partOf(eml), brief)
}

function showPart({ head, type, encoding, body, parts }: Part, brief: boolean): string {
  const lines = [head.replaceAll(CRLF, '\n')]
  if (parts.length > 0) return [...lines, ...parts.map((part) => `--- part\n${showPart(part, brief)}`)].join('\n\n')
  const content = decoded(body, encoding)
  if (isPdf(content)) return [...lines, '[a PDF]'].join('\n')
  const shown = brief && !type.startsWith('text/plain') ? inBrief(content) : showBody(content, type)
  return [...lines, `[${shape(body, encoding)}]`, shown].join('\n')
}

/** Encoding, number of lines and longest line of a part, which show a change of line folding. */
function shape(body: Buffer, encoding: string): string {
  const lines = body.toString('latin1').split(CRLF)
  const bare = lines.some((line) => /[\r\n]/.test(line)) ? ', with bare line ends' : ''
  return `${encoding}, ${lines.length} lines, the longest of ${Math.max(...lines.map(({ length }) => length))}${bare}`
}

export function decoded(body: Buffer, encoding: string): Buffer {
  const source = body.toString('latin1')
  if (encoding === 'base64') return Buffer.from(source, 'base64')
  if (encoding !== 'quoted-printable') return body
  const whole = source.replace(/=\r\n/g, '')
  return Buffer.from(
    whole.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}
