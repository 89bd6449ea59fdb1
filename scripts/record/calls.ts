/** Shows calls to a provider as lines. HTML pages are shown by hash, since other areas record every mail in full. */

import { withoutNumbers } from './normalise.ts'
import { sha256 } from './show.ts'

export type Call = { method: string; url: string; headers: ReadonlyArray<readonly [string, string]>; body: Buffer }

/** Longest text that is shown unchanged, in characters. */
const MAX_LINE = 200

export function showCall({ method, url, headers, body }: Call): string {
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? ''
  const boundary = /boundary=(.+)$/.exec(type)?.[1]
  const text = showBody(body, boundary)
  const head = [`${method} ${url}`, ...headers.map(([name, value]) => `${name}: ${value}`).toSorted()].join('\n')
  const whole = `${head}\n\n${text}`
    .replace(/(?<=Signature=)[0-9a-f]{64}/, '{signature}')
    .replace(/(?<=x-amz-content-sha256: )[0-9a-f]{64}/, '{hash of the body}')
  return boundary === undefined ? whole : whole.replaceAll(boundary, '{boundary}')
}

function showBody(body: Buffer, boundary: string | undefined): string {
  const text = body.toString('utf8')
  if (boundary !== undefined) return text.split(`--${boundary}`).map(showField).join(`--${boundary}`)
  try {
    return JSON.stringify(
      JSON.parse(text, (_, value) => (typeof value === 'string' ? showText(value) : value)),
      null,
      1,
    )
  } catch {
    return text
  }
}

/** Shows one part of multipart/form-data. */
function showField(part: string): string {
  const at = part.indexOf('\r\n\r\n')
  if (at < 0) return part.replaceAll('\r\n', '␍\n')
  const shown = showText(part.slice(at + 4).replace(/\r\n$/, ''))
  const content = Array.isArray(shown) ? shown.join('\n') : shown
  return `${part.slice(0, at).replaceAll('\r\n', '␍\n')}␍\n␍\n${content}␍\n`
}

function showText(text: string): string | string[] {
  if (text.length <= MAX_LINE) return text
  if (text.startsWith('JVBERi0')) return '[a PDF in base64]'
  const isPage = /<html/i.test(text) && text.length > 5 * MAX_LINE
  const isBinary = /^[A-Za-z0-9+/\r\n]+=*$/.test(text) || text.includes('\uFFFD')
  if (isPage || isBinary) return `[${text.length} characters, sha256 ${sha256(withoutNumbers(text))}]`
  return text.includes('\n') ? ['⏎', ...text.split('\n')] : text
}
