/** Shows requests, answers and bodies as lines for a diff. ↩ marks an added line break; nothing else is changed. */

import { createHash } from 'node:crypto'
import type { Answer, Ask } from './http.ts'
import { withoutNumbers } from './normalise.ts'

/** Header fields that are not shown: they come from the connection or the runtime, not from the Worker. */
const NOT_SHOWN = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'])

/** Largest request body that is shown in full, in bytes; larger ones are shown by hash. */
const MAX_ASKED_BYTES = 8_000

/** Length and SHA-256. The hash of a text ignores random values. */
export function inBrief(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  const hashed = Buffer.from(text).equals(bytes) ? withoutNumbers(text) : bytes
  return `[${bytes.length} bytes, sha256 ${sha256(hashed)}]`
}

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export function showAsk({ method = 'GET', path, headers = {}, body }: Ask): string {
  const lines = [`${method} ${path}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)]
  if (body === undefined) return lines.join('\n')
  const type = headers['content-type'] ?? ''
  const bytes = Buffer.from(body)
  const shown = bytes.length > MAX_ASKED_BYTES ? inBrief(bytes) : showBody(bytes, type)
  return [...lines, '', shown].join('\n')
}

export function showAnswer(answer: Answer): string {
  const { headers, body } = answer
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  return body.length === 0 ? showHead(answer) : `${showHead(answer)}\n\n${showBody(body, type)}`
}

/** Status line and header fields, sorted by name. */
export function showHead({ status, reason, headers }: Answer): string {
  const shown = headers.filter(([name]) => !NOT_SHOWN.has(name.toLowerCase()))
  return [`${status} ${reason}`, ...shown.map(([name, value]) => `${name.toLowerCase()}: ${value}`).toSorted()].join(
    '\n',
  )
}

/** Largest body that is shown in full, in bytes; larger ones are shown by hash. */
const MAX_SHOWN_BYTES = 400_000

export function showBody(body: Buffer, type: string): string {
  const text = body.toString('utf8')
  if (!Buffer.from(text).equals(body) || body.length > MAX_SHOWN_BYTES) return inBrief(body)
  if (/html/.test(type)) return brokenHtml(text)
  if (/css/.test(type)) return brokenCss(text)
  if (/json/.test(type) && !/ndjson/.test(type)) return brokenJson(text)
  return text.replaceAll('\r\n', '␍\n')
}

/** HTML with line breaks added between tags, and in style sheets after each rule. */
const brokenHtml = (html: string): string =>
  html
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, brokenCss)
    .replaceAll('><', '>↩\n<')
    .replaceAll('\r\n', '␍\n')

const brokenCss = (css: string): string => css.replace(/\}(?!\n)/g, '}↩\n')

/** JSON with one member per line, if the text is exactly JSON.stringify's output; else unchanged. */
function brokenJson(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    return JSON.stringify(value) === text ? JSON.stringify(value, null, 1) : text
  } catch {
    return text
  }
}
