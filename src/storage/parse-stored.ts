import type * as z from 'zod'

/** A row, or a column, of a query's result. Throws an Error when it does not fit the schema. */
export const parsed = <T>(schema: z.ZodType<T>, row: unknown, query: string): T => {
  const result = schema.safeParse(row)
  return result.success ? result.data : refuse(`the table ${tableIn(query)}`, result.error)
}

/** A stored value; `where` names its place. Throws an Error when it does not fit the schema. */
export const checked = <T>(schema: z.ZodType<T>, value: unknown, where: string): T => {
  const result = schema.safeParse(value)
  return result.success ? result.data : refuse(where, result.error)
}

/** Throws an Error with fields and kinds of fault only. The values, and messages about values, may contain personal data. */
function refuse(where: string, { issues }: z.ZodError): never {
  const fields = issues.map(({ path, code }) => `${path.join('.') || 'the whole'} (${code})`)
  throw new Error(`stored data: ${where} is not as expected: ${[...new Set(fields)].join(', ')}`)
}

/** The first table that a query names. Functions such as `json_each(…)` are not tables. */
const tableIn = (query: string): string => /\b(?:FROM|INTO|UPDATE)\s+([a-z_]+)\b(?!\s*\()/.exec(query)?.[1] ?? query
