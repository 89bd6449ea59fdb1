import { fromUtf8 } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'
import { readBounded } from './bounded-body.ts'
import type { FormFields } from './fields.ts'
import type { FormValues } from './form-fields.tsx'

/** Most bytes of a body. A valid form has under 5,000; a form that is much too long still gets a message about its field. */
const MAX_BODY_BYTES = 64 * 1_024

type FormBody =
  | { kind: 'form' | 'json'; fields: FormFields }
  | { kind: 'too-large' } // 413
  | { kind: 'unsupported' } // 415: neither a form nor JSON
  | { kind: 'unreadable' } // 400
  | { kind: 'cut' } // 400: the body broke off

/** Kind of a body by its Content-Type, before reading; null for any other type. */
export function kindOfBody(request: Request): 'form' | 'json' | null {
  const [type = ''] = (request.headers.get('content-type') ?? '').toLowerCase().split(';')
  if (type === 'application/x-www-form-urlencoded' || type === 'multipart/form-data') return 'form'
  return type.trim() === 'application/json' ? 'json' : null
}

/** Reads and parses a form or a JSON object. Any other body becomes the reason for its refusal. */
export async function readBody(request: Request): Promise<FormBody> {
  const kind = kindOfBody(request)
  if (kind === null) return { kind: 'unsupported' }
  const body = await readBounded(request, MAX_BODY_BYTES)
  if (!body.ok) return { kind: body.error }
  const bytes = body.value
  try {
    if (kind === 'form') return { kind, fields: await formFields(request, bytes) }
    const json = parseJson(fromUtf8(bytes))
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return { kind: 'unreadable' }
    return { kind, fields: { ...json } }
  } catch {
    return { kind: 'unreadable' }
  }
}

/** Parses both form encodings. Uploaded files are left out. */
async function formFields(request: Request, bytes: Uint8Array<ArrayBuffer>): Promise<FormValues> {
  const type = request.headers.get('content-type') ?? ''
  const isMultipart = type.trim().toLowerCase().startsWith('multipart/')
  const entries = isMultipart ? await multipartEntries(type, bytes) : urlencodedEntries(bytes, charsetIn(type))
  const fields: Record<string, string | string[]> = Object.create(null)
  for (const [name, values] of Map.groupBy(entries, ([name]) => name)) {
    const texts = values.map(([, text]) => text)
    fields[name] = texts.length === 1 ? (texts[0] ?? '') : texts
  }
  return fields
}

type FormEntry = [name: string, text: string]

/** Entries by the platform's own parser, which reads texts as UTF-8. */
async function multipartEntries(type: string, bytes: Uint8Array<ArrayBuffer>): Promise<FormEntry[]> {
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData()
  return [...form].flatMap(([name, value]): FormEntry[] => (typeof value === 'string' ? [[name, value]] : []))
}

const charsetIn = (type: string): string | undefined => /;\s*charset="?([^";\s]+)/i.exec(type)?.[1]

/**
 * Entries of a form in the character set of its page: the declared one, or the one that the browser wrote into the hidden field `_charset_`
 * (HTML, 4.10.21.5), else UTF-8. Bytes that are no text in it become U+FFFD, which no text field takes.
 */
function urlencodedEntries(bytes: Uint8Array<ArrayBuffer>, declared: string | undefined): FormEntry[] {
  const pairs = split(bytes, '&')
    .filter((pair) => pair.length > 0)
    .map((pair) => {
      const at = pair.indexOf('='.charCodeAt(0))
      const [name, value] = at === -1 ? [pair, new Uint8Array()] : [pair.subarray(0, at), pair.subarray(at + 1)]
      return [percentDecoded(name), percentDecoded(value)] as const
    })
  const said = pairs.find(([name]) => fromUtf8(name) === '_charset_')?.[1]
  const decoder = decoderFor(declared ?? (said && fromUtf8(said)) ?? 'utf-8')
  return pairs.map(([name, value]) => [decoder.decode(name), decoder.decode(value)])
}

/** A decoder for a label of the Encoding Standard; of UTF-8 for any other, and for UTF-16, in which browsers send no form. */
function decoderFor(label: string): TextDecoder {
  try {
    const decoder = new TextDecoder(label.trim())
    return decoder.encoding.startsWith('utf-16') ? new TextDecoder() : decoder
  } catch {
    return new TextDecoder()
  }
}

function split(bytes: Uint8Array, separator: string): Uint8Array[] {
  const parts: Uint8Array[] = []
  let start = 0
  for (let at = bytes.indexOf(separator.charCodeAt(0)); at !== -1; at = bytes.indexOf(separator.charCodeAt(0), start)) {
    parts.push(bytes.subarray(start, at))
    start = at + 1
  }
  return [...parts, bytes.subarray(start)]
}

/** The bytes with `+` as a space and `%41` as one byte. A stray `%` stays (URL Standard, percent-decode). */
function percentDecoded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const decoded = new Uint8Array(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    const digits = byte === PERCENT ? String.fromCharCode(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0) : ''
    const isByte = /^[0-9a-f]{2}$/i.test(digits)
    decoded[length++] = isByte ? Number.parseInt(digits, 16) : byte === PLUS ? SPACE : byte
    if (isByte) at += 2
  }
  return decoded.slice(0, length)
}

const [PERCENT, PLUS, SPACE] = [0x25, 0x2b, 0x20]

/** Submitted texts of the named fields, for showing the form again. Other fields are dropped. */
export const refillValues = (fields: FormFields, names: readonly string[]): FormValues =>
  Object.fromEntries(
    names.flatMap((name) => {
      const texts = [fields[name] ?? []].flat().filter((value) => typeof value === 'string')
      const [only] = texts
      return only === undefined ? [] : [[name, texts.length === 1 ? only : texts]]
    }),
  )
