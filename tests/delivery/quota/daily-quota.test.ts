import { expect, test } from 'vitest'
import { bulkShare, evenBatch, mailsAllowed, warmUpMails } from '../../../src/delivery/quota/daily-quota.ts'
import { DAY_MS } from '../../../src/kit/durations.ts'

const START = Date.parse('2026-11-24T00:00:00Z')

test('a new domain doubles its mails each day, later grows by a half, and has no limit after four weeks', () => {
  expect([1, 2, 3, 10, 11, 15].map(warmUpMails)).toEqual([200, 400, 800, 102_400, 153_600, 648_000])
  expect(warmUpMails(29)).toBe(Number.POSITIVE_INFINITY)
})

test('the smaller of daily limit and warm-up applies, by UTC days, and a future warm-up date counts as today', () => {
  const limits = { mailsPerDay: 1_000, warmUpSince: START }
  expect(mailsAllowed(limits, START - 1)).toBe(200)
  expect(mailsAllowed(limits, START + DAY_MS - 1)).toBe(200)
  expect(mailsAllowed(limits, START + DAY_MS)).toBe(400)
  expect(mailsAllowed(limits, START + 10 * DAY_MS)).toBe(1_000)
  expect(mailsAllowed({}, START)).toBe(Number.POSITIVE_INFINITY)
})

test('a tenth of a day is kept for transactional mails, rounded so that appeals always have some mails', () => {
  expect([1, 9, 10, 100, 1_000, Number.POSITIVE_INFINITY].map(bulkShare)).toEqual([
    1,
    9,
    9,
    90,
    900,
    Number.POSITIVE_INFINITY,
  ])
})

test('batches have a size that uses up nearly all of a day, and are never larger than a call', () => {
  expect(evenBatch(270, 200)).toBe(135)
  expect([evenBatch(90, 200), evenBatch(1, 200), evenBatch(Number.POSITIVE_INFINITY, 200)]).toEqual([90, 1, 200])
  for (let share = 1; share <= 2_000; share++) {
    const size = evenBatch(share, 200)
    expect(size).toBeLessThanOrEqual(200)
    expect(share % size).toBeLessThan(Math.ceil(share / 200))
  }
})
