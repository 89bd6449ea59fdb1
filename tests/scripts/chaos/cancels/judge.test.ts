import { expect, test } from 'vitest'
import { type EndedDispatch, judgeAppeal } from '../../../../scripts/chaos/cancels/judge.ts'
import { truthOf } from '../../../../scripts/chaos/judge.ts'
import { numberOf } from '../../../../scripts/local/crowd.ts'
import { type Counts, noCounts } from '../../../../src/delivery/counts.ts'

const PEOPLE = 6
const call = (hash: string, ...numbers: number[]) => ({
  key: hash,
  hash,
  people: numbers.length,
  to: numbers.map((n) => `person${n}@example.org`),
})
const truth = (...calls: Array<ReturnType<typeof call>>) => truthOf(calls, PEOPLE, numberOf)
const ended = (
  id: string,
  counts: Partial<Counts>,
  uncertainBatches: EndedDispatch['uncertainBatches'] = [],
): EndedDispatch => ({ id, state: 'cancelled', counts: { ...noCounts(), ...counts }, uncertainBatches })
const batch = (id: number, bodyHash: string) => ({ id, generation: 1, people: 2, bodyHash })

test('no fault if the dispatches of an appeal reached each person once', () => {
  const dispatches = [
    ended('one', { planned: 6, accepted: 2, cancelled: 4 }),
    ended('two', { planned: 4, accepted: 4 }),
  ]
  expect(judgeAppeal(truth(call('a', 0, 1), call('b', 2, 3, 4, 5)), dispatches)).toMatchObject({
    lost: 0,
    doubled: 0,
    faults: [],
  })
})

test('people whom the first dispatch cancelled and the second left out are lost', () => {
  const dispatches = [ended('one', { planned: 6, cancelled: 6 }), ended('two', { planned: 2, accepted: 2 })]
  expect(judgeAppeal(truth(call('a', 0, 1)), dispatches)).toMatchObject({ lost: 4, faults: ['lost: 4'] })
})

test('people who have a mail of two dispatches are doubled', () => {
  const dispatches = [
    ended('one', { planned: 6, accepted: 2, cancelled: 4 }),
    ended('two', { planned: 6, accepted: 6 }),
  ]
  const { doubled, faults } = judgeAppeal(truth(call('a', 0, 1), call('b', 0, 1, 2, 3, 4, 5)), dispatches)
  expect([doubled, faults.includes('doubled: 2')]).toEqual([2, true])
})

test('separates the uncertain batches of all dispatches by what the provider accepted', () => {
  const dispatches = [
    ended('one', { planned: 6, uncertain: 2, cancelled: 4 }, [batch(1, 'a')]),
    ended('two', { planned: 4, accepted: 2, uncertain: 2 }, [batch(1, 'lost')]),
  ]
  const verdict = judgeAppeal(truth(call('a', 0, 1), call('b', 2, 3)), dispatches)
  expect(verdict.faults).toEqual([])
  expect([...verdict.sent, ...verdict.unsent].map(({ dispatch }) => dispatch)).toEqual(['one', 'two'])
})

test('people who still wait at the end are a fault', () => {
  expect(judgeAppeal(truth(), [ended('one', { planned: 6, waiting: 6 })]).faults).toContain(
    'one: 6 people are waiting at the end',
  )
})
