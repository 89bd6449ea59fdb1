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

/** Parses both form encodings with the platform's own parser. Uploaded files are left out. */
async function formFields(request: Request, bytes: Uint8Array<ArrayBuffer>): Promise<FormValues> {
  const type = request.headers.get('content-type') ?? ''
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData()
  const fields: Record<string, string | string[]> = Object.create(null)
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name).filter((value) => typeof value === 'string')
    const [only] = values
    if (only !== undefined) fields[name] = values.length === 1 ? only : values
  }
  return fields
}

/** Submitted texts of the named fields, for showing the form again. Other fields are dropped. */
export const refillValues = (fields: FormFields, names: readonly string[]): FormValues =>
  Object.fromEntries(
    names.flatMap((name) => {
      const texts = [fields[name] ?? []].flat().filter((value) => typeof value === 'string')
      const [only] = texts
      return only === undefined ? [] : [[name, texts.length === 1 ? only : texts]]
    }),
  )
