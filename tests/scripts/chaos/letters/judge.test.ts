import { expect, test } from 'vitest'
import type { Desk } from '../../../../scripts/chaos/letters/campaign.ts'
import { judge, type LettersEnd } from '../../../../scripts/chaos/letters/judge.ts'
import { type Left, Mailroom, type Posted } from '../../../../scripts/chaos/letters/mailroom.ts'

const WRITERS = ['anna@example.org', 'boris@example.org']
const DESKS: Desk[] = [
  { target: 'director', address: 'director@quay.example' },
  { target: 'director', address: 'office@quay.example' },
  { target: 'minister', address: 'minister@state.example' },
]
const asked = { writers: WRITERS, desks: DESKS }
const ALL: Left[] = WRITERS.flatMap((writer) => DESKS.map(({ address }) => ({ writer, to: address })))
const LAST = { writer: 'boris@example.org', to: 'minister@state.example' }
const allBut = (...gone: number[]) => ALL.filter((_, n) => !gone.includes(n))

const listed = (id: number, target: string) => ({ id, generation: 1, target })
const reported = (accepted: number, uncertain: LettersEnd['uncertain'] = [], more = {}): LettersEnd => ({
  numbers: {
    confirmed: 2,
    accepted,
    refused: 0,
    waiting: 0,
    cancelled: 0,
    uncertain: uncertain.length,
    ...more,
  },
  uncertain,
})

test('no fault if each letter was sent once and the numbers agree', () => {
  expect(judge(asked, ALL, reported(6), true)).toEqual({
    lost: 0,
    doubled: 0,
    uncertain: 0,
    sent: [],
    unsent: [],
    faults: [],
  })
})

test('a letter that is neither sent nor uncertain is lost, even if the numbers agree', () => {
  const verdict = judge(asked, allBut(5), reported(6), true)
  expect(verdict.lost).toBe(1)
  expect(verdict.faults).toEqual(['lost: 1', 'accepted: found 6, expected 5'])
})

test('a letter sent twice is doubled, and does not replace another writer’s', () => {
  expect(judge(asked, [...ALL, LAST], reported(6), false)).toMatchObject({ doubled: 1, faults: ['doubled: 1'] })
  const twice = [...allBut(5), { writer: 'anna@example.org', to: 'minister@state.example' }]
  expect(judge(asked, twice, reported(6), false)).toMatchObject({ lost: 1, doubled: 1 })
})

test('a letter without a confirmed writer is a fault', () => {
  const stray = { writer: 'eve@example.org', to: 'minister@state.example' }
  expect(judge(asked, [...ALL, stray], reported(6), true).faults).toEqual(['letters without a confirmed writer: 1'])
})

test('separates uncertain letters that the provider accepted from the others', () => {
  const uncertain = [listed(2, 'director'), listed(6, 'minister')]
  const verdict = judge(asked, allBut(5), reported(4, uncertain), false)
  expect(verdict).toMatchObject({ lost: 0, doubled: 0, uncertain: 2, faults: [] })
  expect([verdict.sent.map(({ id }) => id), verdict.unsent.map(({ id }) => id)]).toEqual([[2], [6]])
})

test('an uncertain letter hides neither a lost letter nor an uncertain letter without a writer', () => {
  expect(judge(asked, allBut(4), reported(5, [listed(6, 'minister')]), false).lost).toBe(1)
  for (const stray of [listed(7, 'director'), listed(6, 'director')])
    expect(judge(asked, ALL, reported(6, [stray]), false).faults).toContain(
      `letter ${stray.id} to director is listed as uncertain, but no writer confirmed it`,
    )
  const twice = [listed(6, 'minister'), listed(6, 'minister')]
  expect(judge(asked, allBut(5), reported(5, twice), false).faults).not.toEqual([])
})

test('an uncertain letter of an idempotent transport is a fault', () => {
  expect(judge(asked, ALL, reported(5, [listed(6, 'minister')]), true).faults).toEqual([
    'uncertain letters of an idempotent transport: found 1, expected 0',
  ])
})

test('an unanswered letter counted as accepted, or a number that differs from the provider’s, is a fault', () => {
  expect(judge(asked, ALL, reported(5), false).faults).toEqual(['accepted: found 5, expected 6'])
  expect(
    judge(asked, ALL, reported(6, [], { confirmed: 1, waiting: 1, refused: 2, cancelled: 3 }), false).faults,
  ).toEqual([
    'confirmed: found 1, expected 2',
    'waiting: found 1, expected 0',
    'refused: found 2, expected 0',
    'cancelled: found 3, expected 0',
  ])
})

test('sorts mail into letters with their writers, confirmation links and receipts', () => {
  const come: Posted[] = [
    { to: 'anna@example.org', replyTo: undefined, text: 'Confirm: http://127.0.0.1:8787/confirm/abc\n' },
    { to: 'minister@state.example', replyTo: 'anna@example.org', text: 'Please, see http://127.0.0.1:8787/confirm/x' },
    { to: 'boris@example.org', replyTo: undefined, text: 'Your letters have arrived.' },
  ]
  const room = new Mailroom(() => come.splice(0))
  expect(room.linkFor('anna@example.org')).toBe('http://127.0.0.1:8787/confirm/abc')
  expect(room.look().letters).toEqual([{ writer: 'anna@example.org', to: 'minister@state.example' }])
  expect([...room.receipts()]).toEqual(['boris@example.org'])
})
