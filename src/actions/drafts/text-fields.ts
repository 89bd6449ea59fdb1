import * as z from 'zod'
import { plainName } from '../../kit/person-name.ts'

/** UTF-16 units of a town or an organisation after a name. */
export const MAX_PLACE_CHARS = 100

/** One line of visible text: what would end a header or hide the direction of others is gone. */
export const lineOf = (least: number, most: number, field: string) => bounded(plainName, least, most, field)

/** Several such lines. */
export const linesOf = (least: number, most: number, field: string) => bounded(plainLines, least, most, field)

const bounded = (plain: (typed: string) => string, least: number, most: number, field: string) =>
  z
    .string(`fault.${field}.empty`)
    .transform(plain)
    .refine((text) => text.length >= least, `fault.${field}.empty`)
    .refine((text) => text.length <= most, `fault.${field}.too-long`)

/** A text as it is kept: its lines each as `plainName` leaves it, one empty line at most between two paragraphs. */
export const plainLines = (typed: string): string =>
  typed
    .split(/\r\n|[\r\n\u0085\u2028\u2029]/)
    .map(plainName)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()

/** A town or an organisation, which may be left out. */
export const optionalPlace = z.preprocess(
  (value) => (value === '' ? undefined : value),
  lineOf(1, MAX_PLACE_CHARS, 'place').optional(),
)
