import * as z from 'zod'

/** The value a text is the JSON of; undefined when it is not JSON. A schema has still to say what the value is. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The schema of a text that is the JSON of such a value, as in a column. */
export const jsonText = <T>(schema: z.ZodType<T>) =>
  z
    .string()
    .transform((text) => parseJson(text))
    .pipe(schema)
