import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { GENUINE } from '../support/genuine-events.ts'
import { READ_AT, readEvent, said, wordsOf } from '../support/read-event.ts'
import { type Name, SECRETS } from '../support/signed-events.ts'

const names = Object.keys(SECRETS) as Name[]
const ABSENT = Symbol('absent')
const REPLACEMENTS = [null, 7, -1, true, 'x', '', [], {}, [null], { x: null }, ABSENT]

/** Every path of a JSON value, such as `bounce.bouncedRecipients.0`. */
const pathsOf = (value: unknown, path: readonly string[] = []): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [[...path, key].join('.'), ...pathsOf(inner, [...path, key])])
    : []

function replaced(value: unknown, path: string, by: unknown): unknown {
  const copy = structuredClone(value)
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let at: unknown = copy
  for (const key of keys) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined
  if (typeof at !== 'object' || at === null) return copy // an outer field is replaced already
  if (by === ABSENT) Reflect.deleteProperty(at, last)
  else Reflect.set(at, last, by)
  return copy
}

const cases = names.flatMap((name) => GENUINE[name].map((genuine) => [name, genuine.what, genuine] as const))

test.each(cases)('%s: %s means the same whatever is in the fields it does not need', async (name, _, genuine) => {
  const { event, effect, needed } = genuine
  expect(await said(name, event)).toBe(effect)
  const free = pathsOf(event).filter((path) => !needed.some((one) => one === path || one.startsWith(`${path}.`)))
  const changes = fc.uniqueArray(fc.tuple(fc.constantFrom(...free), fc.constantFrom(...REPLACEMENTS)), {
    selector: ([path]) => path,
    minLength: 1,
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(changes, async (some) => {
      const changed = some.reduce<unknown>((all, [path, by]) => replaced(all, path, by), event)
      const read = await readEvent(name, changed)
      expect(wordsOf(read)).toBe(effect)
      const [report] = Array.isArray(read) ? read : []
      // The time stays credible: an event that seems old would not count.
      expect(report).toMatchObject({ email: 'iris@example.org' })
      expect(READ_AT - (report !== undefined && 'at' in report ? report.at : 0)).toBeLessThan(8 * 86_400_000)
    }),
    { numRuns: name === 'ses' ? 60 : 150 },
  )
})

test.each(cases)('%s: %s without its address is unreadable, not lost', async (name, _, { event, needed }) => {
  const path = needed.find((one) => /email|recipient|to\.0|destination/i.test(one)) ?? ''
  for (const by of [null, 7, '', ABSENT]) {
    expect(await said(name, replaced(event, path, by))).toMatch(/^unreadable /)
  }
})
