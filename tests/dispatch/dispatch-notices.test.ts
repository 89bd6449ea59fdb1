import { expect, test } from 'vitest'
import { noCounts } from '../../src/delivery/counts.ts'
import { noticesOfEnd, noticesOfPause } from '../../src/dispatch/dispatch-notices.ts'

test.each(['complaint-rate', 'unauthorised', 'content-refused', 'failed', 'earlier-dispatch', 'campaign-changed'])(
  'a pause because of %s is noticed without its sentence, which may quote a provider',
  (kind) => {
    const reason = { kind, detail: 'refused: anna@example.org' }
    expect(noticesOfPause('d', reason)).toEqual([{ kind: 'dispatch-paused', subject: 'd', detail: kind }])
  },
)

test('a pause that an organiser asked for is no news', () => {
  expect(noticesOfPause('d', { kind: 'asked', detail: 'paused by anna' })).toEqual([])
})

const end = (state: 'finished' | 'cancelled', counts: object, more: { dryRun?: boolean; damaged?: number } = {}) =>
  noticesOfEnd({ id: 'd', state, dryRun: false, ...more, counts: { ...noCounts(), ...counts } }).map(
    ({ kind, detail }) => [kind, detail],
  )

test('the end of a dispatch says whom it may not have reached; one that reached everybody is no news', () => {
  expect(end('finished', { planned: 9, accepted: 7, refused: 1, suppressed: 1 })).toEqual([])
  expect(end('finished', { planned: 9, accepted: 4, uncertain: 3, cancelled: 2 }, { damaged: 5 })).toEqual([
    ['dispatch-uncertain', '3 people'],
    ['dispatch-incomplete', '2 people'],
    ['supporters-unreadable', '5 people'],
  ])
  expect(end('finished', { planned: 9, cancelled: 9 }, { dryRun: true })).toEqual([])
  expect(end('cancelled', { planned: 9, accepted: 4, uncertain: 1, cancelled: 4 })).toEqual([
    ['dispatch-uncertain', '1 people'],
  ])
})
