import * as z from 'zod'
import { fromUtf8 } from '../kit/bytes.ts'
import { parseJson } from '../kit/parse-json.ts'
import type { ReportRefusal } from './provider.ts'

/** Maximum characters of an event id: providers use 20 to 100. */
const MAX_ID_CHARS = 300
/** Maximum characters of an address: RFC 5321's longest, and some for a display name. */
const MAX_EMAIL_CHARS = 400
/** Maximum characters of a dispatch tag. Tocsin's are UUIDs; longer tags are not from Tocsin. */
const MAX_DISPATCH_CHARS = 100

/** Schema of an address, which every event needs. */
export const address = z.string().min(3).max(MAX_EMAIL_CHARS)

/** Schemas of fields that may be null, missing or of another type: then they are undefined. */
export const eventId = z.string().min(1).max(MAX_ID_CHARS).optional().catch(undefined)
export const dispatchTag = z.string().min(1).max(MAX_DISPATCH_CHARS).optional().catch(undefined)
export const text = z.string().optional().catch(undefined)
export const code = z.union([z.string(), z.number()]).optional().catch(undefined)
export const time = z.unknown().optional()
export const part = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).optional().catch(undefined)
/** A list without the entries that do not fit, which are counted in `unfit`; undefined if it is no list. */
export const listOf = <T>(entry: z.ZodType<T>) =>
  z
    .array(z.unknown())
    .transform((all) => {
      const fit = all.flatMap((one) => entry.safeParse(one).data ?? [])
      return { fit, unfit: all.length - fit.length }
    })
    .optional()
    .catch(undefined)

/** Times before this cannot be meant: Tocsin did not exist. A wrong unit or a counter looks like that. */
const EARLIEST = Date.parse('2020-01-01T00:00:00Z')
/** Numbers below this are seconds, others milliseconds: some Brevo accounts send seconds where others send milliseconds. */
const LEAST_MILLISECONDS = 1e11
/** A time without zone, as in Brevo's `date`, which is in Central European Time. Read as UTC it is at most two hours late. */
const WITHOUT_ZONE = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)$/

/** The first of the values that is a time, as epoch ms; otherwise the arrival. */
export function timeOf(arrival: number, ...values: readonly unknown[]): number {
  for (const value of values) {
    const at = epochOf(value)
    if (at >= EARLIEST) return Math.round(at)
  }
  return arrival
}

/** Epoch ms of a number of seconds or milliseconds, of such digits, or of an ISO 8601 text; NaN for anything else. */
function epochOf(value: unknown): number {
  if (typeof value === 'number') return value < LEAST_MILLISECONDS ? value * 1_000 : value
  if (typeof value !== 'string') return Number.NaN
  if (/^\d{1,13}(?:\.\d+)?$/.test(value)) return epochOf(Number(value))
  const [, day, clock] = WITHOUT_ZONE.exec(value) ?? []
  return Date.parse(day === undefined ? value : `${day}T${clock}Z`)
}

/** Maximum characters of a name that is shown to organisers. Documented names have up to 40. */
const MAX_NAME_CHARS = 40

/** A provider's name for something, safe to show: cut, of plain characters, and without addresses. */
export const cleanName = (name: string): string =>
  name.includes('@')
    ? 'not a name'
    : name
        .replace(/[^\w .:/-]/g, '')
        .trim()
        .slice(0, MAX_NAME_CHARS) || 'without a name'

/** Key of an event name in a table: providers write one name in several ways, such as `hard_bounce` and `hardBounce`. */
export const keyOfName = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '')

/** Parsed JSON of a verified body, or a refusal. */
export function readJson(body: Uint8Array, provider: string): { value: unknown } | ReportRefusal {
  const value = jsonIn(body)
  return value === undefined ? { refused: `the body is not an event of ${provider}: expected JSON` } : { value }
}

/** Parses a JSON body. A refusal names the field but never its value, which may be an address. */
export function readBody<T>(schema: z.ZodType<T>, body: Uint8Array, provider: string): { value: T } | ReportRefusal {
  const read = readJson(body, provider)
  if ('refused' in read) return read
  const parsed = schema.safeParse(read.value)
  return parsed.success
    ? { value: parsed.data }
    : { refused: `the body is not an event of ${provider}: see ${placeOf(parsed.error)}` }
}

/** Path of the first field that does not fit. */
export const placeOf = (error: z.ZodError): string => error.issues[0]?.path.join('.') || 'the top level'

/** Parsed JSON; undefined if the bytes are not UTF-8 or not JSON. */
function jsonIn(body: Uint8Array): unknown {
  try {
    return parseJson(fromUtf8(body))
  } catch {
    return undefined
  }
}
