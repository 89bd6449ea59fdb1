import type * as z from 'zod'
import { cleanName, keyOfName, placeOf } from './fields.ts'
import type { OddEvent, ProviderReport } from './provider.ts'
import { lookUp, type ReportVerdict } from './verdicts.ts'

/** What an event means, by the name's key (`keyOfName`). Null: a documented event that has no effect here. */
export type EventTable<T, Meaning = ReportVerdict> = Readonly<Record<string, ((event: T) => Meaning | null) | null>>

/** A table with these names, in which each has no effect. */
export const withoutEffect = (...names: readonly string[]): Readonly<Record<string, null>> =>
  Object.fromEntries(names.map((name) => [keyOfName(name), null]))

/**
 * Looks an event up in a provider's table and reads the fields that its meaning needs. Returns the verdict with the fields, why there is
 * none, or null for an event without effect.
 */
export function readVerdict<T, Meaning>(
  { name, table, schema }: { name: unknown; table: EventTable<T, Meaning>; schema: z.ZodType<T> },
  event: unknown,
): { verdict: Meaning; fields: T } | OddEvent | null {
  if (typeof name !== 'string' || name === '') return { kind: 'unreadable', name: 'without a name', place: 'its name' }
  const meaning = lookUp(table, keyOfName(name))
  if (meaning === undefined) return { kind: 'unknown', name: cleanName(name) }
  if (meaning === null) return null
  const parsed = schema.safeParse(event)
  if (!parsed.success) return { kind: 'unreadable', name: cleanName(name), place: placeOf(parsed.error) }
  const verdict = meaning(parsed.data)
  return verdict === null ? null : { verdict, fields: parsed.data }
}

/** One field of a JSON value from outside; undefined unless it is an object with that own field. */
export const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined

/** Id of an event: the provider's, or its whole text, so that a repeated event has the same id. */
export const idOf = (id: string | undefined, event: unknown): string => id ?? JSON.stringify(event)

/** What a report needs besides its verdict. */
type ReportedMail = Pick<ProviderReport, 'id' | 'email' | 'at'> & { dispatch: string | undefined }

/** A report with this meaning. A complaint about an earlier mail has no dispatch. */
export const makeReport = (
  { kind, permanent, suppresses, earlier }: ReportVerdict,
  { id, email, at, dispatch }: ReportedMail,
): ProviderReport => ({
  id,
  kind,
  permanent,
  suppresses,
  email,
  ...(dispatch !== undefined && earlier !== true && { dispatch }),
  at,
})
