import { expect, test } from 'vitest'
import { type DeliverySample, emptySample, excessReason } from '../../src/dispatch/complaints/complaint-limits.ts'

const reasonFor = (accepted: number, bounced: number, complained: number, since: DeliverySample = emptySample()) =>
  excessReason({ accepted, bounced, complained }, since)?.kind ?? null

test.each([
  [100, 50, 50, null, 'so few have left within a call or two that stopping would come too late'],
  [1_000, 0, 2, null, 'two complaints may be one household'],
  [1_000, 0, 3, 'complaint-rate', 'three in a thousand are three times too many'],
  [3_000, 0, 3, null, 'one in a thousand is the limit, and not above it'],
  [1_000_000, 0, 1_000, null, 'the same at a million'],
  [1_000_000, 0, 1_001, 'complaint-rate', 'one more'],
  [200, 9, 0, null, 'nine bounces of 200 may be chance'],
  [200, 10, 0, 'bounce-rate', 'one in twenty is not'],
  [1_000, 40, 0, null, '4 % is the limit'],
  [1_000, 41, 0, 'bounce-rate', 'and this is above it'],
  [1_000, 41, 3, 'complaint-rate', 'complaints weigh more'],
])(
  'of %i people %i mails came back and %i were reported: %s, since %s',
  (accepted, bounced, complained, kind, _why) => {
    expect(reasonFor(accepted, bounced, complained)).toBe(kind)
  },
)

test('events before a resume no longer count; as many again do', () => {
  const seen = { accepted: 1_000, bounced: 60, complained: 5 }
  expect(reasonFor(1_000, 60, 5, seen)).toBeNull()
  expect(reasonFor(1_100, 75, 9, seen)).toBeNull() // late events of earlier mails, held against a hundred new ones
  expect(reasonFor(2_000, 90, 5, seen)).toBeNull()
  expect(reasonFor(2_000, 101, 5, seen)).toBe('bounce-rate')
  expect(reasonFor(2_000, 60, 8, seen)).toBe('complaint-rate')
})

test('the reason contains the counts and what to do', () => {
  const reason = excessReason({ accepted: 4_000, bounced: 0, complained: 12 }, emptySample())
  expect(reason?.detail).toMatch(/^12 of 4000 people \(0\.3 %\) reported .* above 0\.1 % .* else resume$/)
})
