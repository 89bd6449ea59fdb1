import { expect, test } from 'vitest'
import { keysOf, person } from '../../../scripts/local/crowd.ts'
import { RIG_SETTINGS } from '../../../scripts/local/test-deployment.ts'
import { FLAT_WITHIN, isFlat } from '../../../scripts/scale/flatness.ts'
import { CrowdOrder } from '../../../scripts/scale/order.ts'

const PEOPLE = 3_000
const crowd = new CrowdOrder(PEOPLE, RIG_SETTINGS.FINGERPRINT_KEY, (n) => person(n).email)
const PREFIXES = ['', '0', '7', 'f', 'ff', 'a0']

/** All people under a prefix, read in pages as from KV's list. */
function readAll(prefix: string, limit: number): string[] {
  const names: string[] = []
  for (let from = 0; ; from += limit) {
    const page = crowd.page(prefix, from, limit)
    names.push(...page.people.map((n) => crowd.fingerprint(n)))
    if (!page.more) return names
  }
}

test('lists each person under a prefix once, in the order of fingerprints, as KV does', async () => {
  const { fingerprint } = await keysOf(RIG_SETTINGS)
  const all = await Promise.all(Array.from({ length: PEOPLE }, (_, n) => fingerprint(person(n).email)))
  for (const prefix of PREFIXES)
    for (const limit of [1_000, 7])
      expect(readAll(prefix, limit)).toEqual(all.filter((one) => one.startsWith(prefix)).sort())
})

test('memory is flat if the last quarter’s peak is at most the first’s plus the margin', () => {
  const rising = (by: number) => Array.from({ length: 100 }, (_, i) => 100 + (i / 99) * by * 100)
  expect(isFlat(rising(0))).toBe(true)
  expect(isFlat([...rising(0), 50])).toBe(true)
  expect(isFlat(rising(FLAT_WITHIN * 4))).toBe(false)
})
