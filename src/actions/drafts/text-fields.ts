import * as z from 'zod'
import { plainName } from '../../kit/person-name.ts'

/** UTF-16 units of a place: a town or an organisation after a name. */
export const MAX_PLACE_CHARS = 100

/** A field of one line, between `least` and `most` UTF-16 units. Control characters are removed, see `plainName`. */
export const lineOf = (least: number, most: number, field: string) => bounded(plainName, least, most, field)

/** A field of several lines, between `least` and `most` UTF-16 units. Control characters are removed. */
export const linesOf = (least: number, most: number, field: string) => bounded(plainLines, least, most, field)

const bounded = (plain: (typed: string) => string, least: number, most: number, field: string) =>
  z
    .string(`fault.${field}.empty`)
    .transform(plain)
    .refine((text) => text.length >= least, `fault.${field}.empty`)
    .refine((text) => text.length <= most, `fault.${field}.too-long`)

/** A text as it is stored: each line cleaned by `plainName`, and at most one empty line between two paragraphs. */
export const plainLines = (typed: string): string =>
  typed
    .split(/\r\n|[\r\n\u0085\u2028\u2029]/)
    .map(plainName)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()

/** The optional field for a town or an organisation. An empty field is undefined. */
export const optionalPlace = z.preprocess(
  (value) => (value === '' ? undefined : value),
  lineOf(1, MAX_PLACE_CHARS, 'place').optional(),
)
