import { expect, test } from 'vitest'
import { type DispatchEnd, judge, truthOf } from '../../../scripts/chaos/judge.ts'
import { numberOf } from '../../../scripts/local/crowd.ts'
import type { SinkCall } from '../../../scripts/sinks/faults.ts'
import { noCounts } from '../../../src/delivery/counts.ts'

const PEOPLE = 6
const call = (hash: string, ...numbers: number[]): SinkCall => ({
  key: hash,
  hash,
  people: numbers.length,
  to: numbers.map((n) => `person${n}@example.org`),
})
const reported = (accepted: number, uncertainBatches: DispatchEnd['uncertainBatches'] = []): DispatchEnd => {
  const uncertain = uncertainBatches.reduce((sum, { people }) => sum + people, 0)
  return { counts: { ...noCounts(), planned: PEOPLE, accepted, uncertain }, uncertainBatches }
}
const batch = (id: number, bodyHash: string) => ({ id, generation: 1, people: 2, bodyHash })
const truth = (...calls: SinkCall[]) => truthOf(calls, PEOPLE, numberOf)

const A = call('a', 0, 1)
const B = call('b', 2, 3)
const C = call('c', 4, 5)

test('no fault if each person has one mail and the counts agree', () => {
  expect(judge(truth(A, B, C), reported(6), true)).toMatchObject({ lost: 0, doubled: 0, faults: [] })
})

test('refused calls and recognised repetitions deliver no mail', () => {
  expect(judge(truth(A, { ...B, to: null }, B, { ...B, to: null }, C), reported(6), true).faults).toEqual([])
})

test('a person without a mail and outside uncertain batches is lost, even if the counts agree', () => {
  const verdict = judge(truth(A, B), reported(6), true)
  expect(verdict.lost).toBe(2)
  expect(verdict.faults).toContain('lost: 2')
})

test('a person with two mails is doubled, by one call or by two', () => {
  expect(judge(truth(A, B, C, call('again', 4)), reported(6), true)).toMatchObject({
    doubled: 1,
    faults: ['doubled: 1'],
  })
  expect(judge(truth(A, B, C, C), reported(6), false).doubled).toBe(2)
})

test('a mail to an unknown address is a fault', () => {
  expect(judge(truth(A, B, C, call('d', 7)), reported(6), true).faults).toEqual([
    'mails to people who are not in the crowd: 1',
  ])
})

test('separates uncertain batches that the provider accepted from the others', () => {
  const verdict = judge(truth(A, B), reported(2, [batch(2, 'b'), batch(3, 'c')]), false)
  expect(verdict).toMatchObject({ lost: 0, doubled: 0, uncertain: { batches: 2, people: 4 }, faults: [] })
  expect(verdict.sent.map(({ id }) => id)).toEqual([2])
  expect(verdict.unsent.map(({ id }) => id)).toEqual([3])
})

test('an uncertain batch does not hide people lost elsewhere', () => {
  const verdict = judge(truth(A), reported(2, [batch(2, 'b')]), false)
  expect(verdict.lost).toBe(2)
})

test('an uncertain batch whose people got their mail by another call is a fault', () => {
  const { faults } = judge(truth(A, B, C), reported(4, [batch(3, 'other')]), false)
  expect(faults).toContain('people in batches that the provider did not accept: 2, but only 0 have no mail')
})

test('an uncertain batch that the provider accepted in part is a fault', () => {
  const { faults } = judge(truth(A, B, call('c', 4)), reported(4, [batch(3, 'c')]), false)
  expect(faults).toContain('mails of uncertain batch 3 at the provider: found 1, expected 2')
})

test('an uncertain batch of an idempotent transport is a fault', () => {
  expect(judge(truth(A, B, C), reported(4, [batch(3, 'c')]), true).faults).toEqual([
    'uncertain batches of an idempotent transport: found 1, expected 0',
  ])
  expect(judge(truth(A, B, C), reported(4, [batch(3, 'c')]), false).faults).toEqual([])
})

test('counts that do not add up, or differ from the provider’s, are faults', () => {
  expect(judge(truth(A, B, C), reported(5), true).faults).toEqual([
    'the sum of all parts: found 5, expected 6',
    'accepted: found 5, expected 6',
  ])
  const waiting = { ...reported(4), counts: { ...noCounts(), planned: 6, accepted: 4, waiting: 2 } }
  expect(judge(truth(A, B), waiting, true).faults).toContain('waiting: found 2, expected 0')
})
