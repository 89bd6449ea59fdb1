import { expect, test } from 'vitest'
import { RecipientStatuses, recipientStatuses } from '../../src/delivery/recipient-statuses.ts'

const some = RecipientStatuses.parse('warsucw')

test('statuses are found, counted and changed by their names', () => {
  expect(some.size).toBe(7)
  expect([0, 1, 2, 3, 4, 5, 7].map((position) => some.at(position))).toEqual([
    'waiting',
    'accepted',
    'refused',
    'suppressed',
    'uncertain',
    'cancelled',
    undefined,
  ])
  expect(some.positions('waiting')).toEqual([0, 6])
  expect([some.count('waiting'), some.any('accepted')]).toEqual([2, true])
  expect(some.counts()).toEqual({ waiting: 2, accepted: 1, refused: 1, suppressed: 1, uncertain: 1, cancelled: 1 })
  expect(some.set([0, 2], 'accepted').text).toBe('aaasucw')
  expect(some.replace('waiting', 'uncertain').text).toBe('uarsucu')
  expect(some.slice(1, 3).text).toBe('ar')
  expect(some.text).toBe('warsucw')
  expect(RecipientStatuses.all('waiting', 3).any('accepted')).toBe(false)
})

test('the stored form is read back, and an unknown character is refused', () => {
  expect(recipientStatuses.parse(some.text)).toEqual(some)
  expect(recipientStatuses.safeParse('wx').success).toBe(false)
  expect(() => RecipientStatuses.parse('wx')).toThrow('unknown recipient status')
})
