import * as z from 'zod'
import { suggestion } from '../../kit/words/nearest-name.ts'
import type { Fault } from './fault.ts'
import type { Path, Yaml } from './yaml.ts'

type Issue = z.core.$ZodIssue

/** Most characters of a wrong value in a fault message: enough to find the value. */
const SHOWN_CHARS = 60

const NAMES: Record<string, string> = {
  string: 'text (in quotes if it looks like a number or a yes)',
  array: 'a list, each item on a line of its own after “- ”',
  object: 'keys and values, indented below it',
  record: 'a text per language, such as en: …',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
}

/** Faults for the issues that zod found in YAML, in an organiser's words and at the line of the value. */
export function faultsOf(issues: readonly Issue[], schema: z.ZodType, yaml: Yaml, file: string): Fault[] {
  const fault = (path: Path, found: string, expected: string): Fault => ({
    file,
    line: yaml.lineOf(path),
    found,
    expected,
  })
  return issues.flatMap((issue): Fault[] => {
    const { path } = issue
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, path)
      return issue.keys.map((key) => {
        const expected = `one of ${known.join(', ')}${suggestion(key, known)}`
        return fault([...path, key], `unknown key ${dotted([...path, key])}`, expected)
      })
    }
    if (issue.code === 'invalid_union') {
      const inside = issue.errors.find((errors) => errors.some((error) => error.path.length > 0))
      if (inside !== undefined)
        return faultsOf(
          inside.map((error) => ({ ...error, path: [...path, ...error.path] })),
          schema,
          yaml,
          file,
        )
      const right = issue.errors.flat().find((error) => error.code !== 'invalid_type')
      return [fault(path, foundAt(yaml.value, path), right ? expectation(right) : 'text, or a text per language')]
    }
    if (issue.code === 'invalid_key') {
      const expected = issue.issues.map((one) => expectation(one)).join(', ')
      return [fault(path, `the key ${dotted(path)}`, expected)]
    }
    return [fault(path, foundAt(yaml.value, path), expectation(issue, valueAt(yaml.value, path)))]
  })
}

function expectation(issue: Issue, found?: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return NAMES[issue.expected] ?? issue.expected
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}${suggestion(String(found ?? ''), issue.values.map(String))}`
    case 'too_small':
      if (issue.origin === 'array') return 'at least one item'
      if (issue.origin === 'string') return 'text that is not empty'
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'string' ? `at most ${issue.maximum} characters` : `at most ${issue.maximum}`
    default:
      return issue.message.replace(/^expected /, '')
  }
}

/** The value at a path as a message shows it: cut, with characters by their code that look like a space or like nothing. */
export function foundAt(value: unknown, path: Path): string {
  const found = valueAt(value, path)
  if (found === undefined) return path.length === 0 ? 'nothing' : `no ${dotted(path)}`
  const shown = JSON.stringify(found).replace(LOOKS_OTHERWISE, (character) => `[${codePoint(character)}]`)
  const cut = shown.length > SHOWN_CHARS ? `${shown.slice(0, SHOWN_CHARS)}…` : shown
  return path.length === 0 ? cut : `${dotted(path)}: ${cut}`
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((within, step) => (isRecord(within) ? within[String(step)] : undefined), value)

/** Spaces other than the plain one, dashes other than the hyphen, and invisible characters. */
const LOOKS_OTHERWISE = /(?! )\p{Zs}|(?!-)\p{Pd}|\p{Cf}/gu
const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** A path in the form `targets[0].channels.fax`. */
export const dotted = (path: Path): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`)).join('')

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The keys that a schema allows at a path. */
export function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return keysAt(schema.unwrap(), path)
  const [step, ...rest] = path
  if (schema instanceof z.ZodArray) return keysAt(schema.element, rest)
  if (!(schema instanceof z.ZodObject)) return []
  if (step === undefined) return Object.keys(schema.shape)
  const inner: z.core.$ZodType | undefined = schema.shape[String(step)]
  return inner === undefined ? [] : keysAt(inner, rest)
}
