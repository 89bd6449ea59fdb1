import * as z from 'zod'
import { holdsLink } from '../../kit/links/links.ts'
import { plainName } from '../../kit/person-name.ts'
import { GARBLED, isWhole, NO_LINK } from '../../web/fields.ts'

/** UTF-16 units of a place: a town or an organisation after a name. */
export const MAX_PLACE_CHARS = 100

/** A field of one line, between `least` and `most` UTF-16 units. Control characters are removed, see `plainName`. */
export const lineOf = (least: number, most: number, field: string) => bounded(plainName, least, most, field)

/** A name, a place or an office: one line as by `lineOf`, without links, e-mail addresses and markup. */
export const titleOf = (least: number, most: number, field: string) =>
  lineOf(least, most, field).refine((text) => !holdsLink(text), NO_LINK)

/** A field of several lines, between `least` and `most` UTF-16 units. Control characters are removed. */
export const linesOf = (least: number, most: number, field: string) => bounded(plainLines, least, most, field)

const bounded = (plain: (typed: string) => string, least: number, most: number, field: string) =>
  z
    .string(`fault.${field}.empty`)
    .refine(isWhole, GARBLED)
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
  titleOf(1, MAX_PLACE_CHARS, 'place').optional(),
)
