import { nearestName } from '../../kit/words/nearest-name.ts'
import type { ApiError } from '../client.ts'
import { Mistake } from '../command.ts'

/** Command-line options by the API field that each sets. Longer names come first: they contain the shorter. */
const OPTIONS: ReadonlyArray<[field: string, option: string]> = [
  ['audience.locales', '--locales'],
  ['audience.topics', '--topics'],
  ['audience.countries', '--countries'],
  ['audience.confirmedAfter', '--confirmed-after'],
  ['audience.notReachedBy', '--not-reached-by'],
  ['audience.reachedBy', 'DISPATCH'],
  ['confirmedAfter', '--confirmed-after'],
  ['notReachedBy', '--not-reached-by'],
  ['reachedBy', 'DISPATCH'],
  ['updateId', '--update'],
  ['sendAt', '--at'],
  ['ratePerMinute', '--rate'],
  ['holdAfter', '--hold-after'],
  ['dryRun', '--dry-run'],
  ['testTo', '--test-to'],
  ['notify', '--notify'],
]
/** Fields whose names are common words: they are fields only where a path stands. */
const PATHS: ReadonlyArray<[field: string, option: string]> = [
  ...OPTIONS,
  ['emails', '--email'],
  ['email', '--email'],
  ['locales', '--locales'],
  ['to', '--test-to'],
  ['practice', '--practice'],
  ['campaign', 'CAMPAIGN'],
]

/** Text of the API with options in place of its fields. */
export const inOptions = (text: string): string =>
  OPTIONS.reduce(
    (words, [field, option]) => words.replace(new RegExp(`\\b${field.replace('.', '\\.')}\\b`, 'g'), option),
    text,
  )

/** A path of the API as an option, with the place in its list: `to.1` is `--test-to (2)`. */
export function optionAt(path: string): string {
  const [, name = path, place] = /^(.*?)(?:\.(\d+))?$/.exec(path) ?? []
  const option = PATHS.find(([field]) => field === name)?.[1] ?? inOptions(name)
  return place === undefined ? option : `${option} (${Number(place) + 1})`
}

/** A refusal of the API. A dry run tells the one of the real request in the same form. */
export type Refusal = {
  title: string
  detail?: string | undefined
  errors?: ReadonlyArray<{ path: string; message: string }> | undefined
  dispatch?: unknown
  notReachedBy?: unknown
  confirmedAfter?: unknown
}

/** Values as they were typed, by the API's path of their list. They name what was probably meant. */
export type TypedValues = Partial<Record<string, readonly string[]>>

/** A refusal in the words of the command line: options in place of fields, and the options that avoid it. */
export function refusalWords({ title, detail, errors = [], ...more }: Refusal, typed: TypedValues = {}): string {
  const faults = errors.map(
    ({ path, message }) => `\n  ${optionAt(path)}: ${inOptions(message)}${nearest(path, message, typed)}`,
  )
  const lines = [
    typeof more.confirmedAfter === 'string' && `\n  --confirmed-after ${more.confirmedAfter}`,
    typeof more.notReachedBy === 'string' && `\n  --not-reached-by ${more.notReachedBy}`,
    typeof more.dispatch === 'string' && `\nThe earlier one: npm run tocsin -- status ${more.dispatch}`,
  ]
  return inOptions([title, detail].filter(Boolean).join(': ')) + [...faults, ...lines.filter(Boolean)].join('')
}

/** “ Did you mean en?”: the nearest of the values that a message expects. */
function nearest(path: string, message: string, typed: TypedValues): string {
  const [, list] = /expected (?:some|one) of:? (.*)$/.exec(message) ?? []
  const known = (list ?? '').split(/[,|]\s*/).map((name) => name.replace(/^["“]|["”]$/g, '').trim())
  const [, name = path, place] = /^(.*?)(?:\.(\d+))?$/.exec(path) ?? []
  const values = typed[name] ?? []
  const wrong = (place === undefined ? values : [values[Number(place)] ?? '']).filter((value) => !known.includes(value))
  const meant = wrong.map((value) => nearestName(value, known)).find((found) => found !== undefined)
  return meant === undefined ? '' : `. Did you mean ${meant}?`
}

/** The API's refusal as a mistake on the command line. */
export const asMistake = ({ message, problem }: ApiError, typed: TypedValues = {}): Mistake =>
  new Mistake(problem === undefined || problem.status === 401 ? message : refusalWords(problem, typed))
