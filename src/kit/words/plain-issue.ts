import * as z from 'zod'
import { suggestion } from './nearest-name.ts'

/** Most characters of a wrong text that a message repeats. A longer one is described. */
const SHOWN_CHARS = 40

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

const FORMATS: Readonly<Record<string, string>> = {
  date: 'a day, such as 2027-01-31',
  datetime: 'a time with its zone, such as 2027-01-31T09:00:00Z',
  email: 'an email address',
  url: 'a web address, such as https://example.org',
  uuid: 'an id',
}

/** What zod found, in a sentence: what there was and what was expected. For `error` of a parse; a schema's own message comes first. */
export const plainIssue = (issue: z.core.$ZodRawIssue): string =>
  issue.code === 'unrecognized_keys'
    ? unknownKeys(issue)
    : `found ${foundIn(issue.input)}; expected ${expectedBy(issue)}`

function unknownKeys({ keys, inst }: z.core.$ZodRawIssue<z.core.$ZodIssueUnrecognizedKeys>): string {
  const known = inst instanceof z.ZodObject ? Object.keys(inst.shape) : []
  const near = keys.length === 1 ? suggestion(keys[0] ?? '', known) : ''
  return `found the unknown ${keys.length === 1 ? 'field' : 'fields'} ${keys.join(', ')}; expected only ${known.join(', ')}${near}`
}

/** What a value is. A text that may hold an address is described, not repeated. */
function foundIn(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (typeof value === 'string') {
    if (value === '') return 'an empty text'
    return value.length > SHOWN_CHARS || value.includes('@') ? `a text of ${value.length} characters` : `“${value}”`
  }
  return value !== null && typeof value === 'object' ? 'an object' : String(value)
}

function expectedBy(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected
    case 'invalid_value':
      return choice(issue.values.map(String), issue.input)
    case 'too_small':
      return size(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)
    case 'too_big':
      return size(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'another form'
    case 'invalid_union':
      return [...new Set(issue.errors.flat().map(({ message }) => message.replace(/^.*?expected /, '')))].join(' or ')
    case 'invalid_key':
      return issue.issues.map(({ message }) => message.replace(/^.*?expected /, '')).join(', ')
    default:
      return 'another value'
  }
}

const choice = (values: readonly string[], found: unknown): string =>
  `${values.length === 1 ? '' : 'one of '}${values.join(', ')}${suggestion(typeof found === 'string' ? found : '', values)}`

function size(origin: string, bound: string, limit: number | bigint): string {
  const one = Number(limit) === 1
  if (origin === 'string') return `${bound} ${limit} ${one ? 'character' : 'characters'}`
  if (origin === 'array') return `${bound} ${limit} ${one ? 'item' : 'items'}`
  return `${bound} ${limit}`
}
