import { expect, test } from 'vitest'
import { giveUp, newBatchHeader, startAttempt } from '../../src/delivery/batch.ts'
import { RecipientStatuses } from '../../src/delivery/recipient-statuses.ts'
import { resolve } from '../../src/delivery/resolve-batches.ts'

const NOW = 1_700_000_000_000
const ATTEMPTED = { ...startAttempt(newBatchHeader(7, 'en', 2), 'hash', 'main', 1), generation: 3 }
const UNCERTAIN = giveUp(ATTEMPTED, 'cut')
const EVENT = { type: 'batch-resolved', batch: 7, generation: 3, people: 2, at: NOW }

test('a batch that is to be sent again waits, due at once', () => {
  expect(resolve(UNCERTAIN, 3, 'send-again', NOW)).toMatchObject({
    next: { state: 'waiting', statuses: { text: 'ww' }, dueAt: NOW, tries: 0 },
    events: [{ ...EVENT, decision: 'send-again' }],
  })
})

test('a batch that is counted as sent is settled', () => {
  expect(resolve(UNCERTAIN, 3, 'count-as-sent', NOW)).toMatchObject({
    next: { state: 'settled', statuses: { text: 'aa' } },
    events: [{ ...EVENT, decision: 'count-as-sent' }],
  })
})

test('the people of a batch that is counted as not sent are free, except those of whose mail an event was reported', () => {
  expect(resolve(UNCERTAIN, 3, 'count-as-not-sent', NOW)).toMatchObject({
    next: { state: 'settled', statuses: { text: 'cc' }, reason: 'counted as not sent' },
    events: [{ ...EVENT, decision: 'count-as-not-sent' }],
  })
  const some = { ...UNCERTAIN, statuses: RecipientStatuses.parse('aruuu') }
  for (const [events, text] of [
    ['00104', 'araca'],
    ['11111', 'araaa'],
    ['', 'arccc'],
    ['00020', 'arcac'],
  ] as const) {
    const decided = resolve(some, 3, 'count-as-not-sent', NOW, events)?.next
    expect([decided?.state, decided?.statuses.text]).toEqual(['settled', text])
  }
})

test('a decision about another generation, or about a batch that is not uncertain, changes nothing', () => {
  expect(resolve(UNCERTAIN, 2, 'send-again', NOW)).toBeNull()
  expect(resolve(ATTEMPTED, 3, 'send-again', NOW)).toBeNull()
})
