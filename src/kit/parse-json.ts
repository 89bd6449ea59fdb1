import * as z from 'zod'

/** The value of a JSON text, undefined when the text is not JSON. The caller parses the value with a schema. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Schema of a text that contains JSON of `schema`, such as a database column. */
export const jsonText = <T>(schema: z.ZodType<T>) =>
  z
    .string()
    .transform((text) => parseJson(text))
    .pipe(schema)
