import { reset, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { suppressionOf } from '../../../src/objects.ts'
import { onSchedule } from '../../../src/schedule.ts'
import { LIFETIME_MS } from '../../../src/security/token.ts'
import { bindings } from '../../support/visitor.ts'

beforeEach(reset)
afterEach(() => vi.useRealTimers())

const DAY = 86_400_000
const NOW = Date.UTC(2027, 0, 1)
const suppression = () => suppressionOf(bindings)
const rowsOf = (table: string) =>
  runInDurableObject(suppression(), (_, { storage }) =>
    storage.sql
      .exec(`SELECT fingerprint FROM ${table} ORDER BY fingerprint`)
      .toArray()
      .map(({ fingerprint }) => fingerprint),
  )
const print = (digit: string) => digit.repeat(32)
const bounce = (fingerprint: string, at: number, id = 'mail') =>
  ({ fingerprint, kind: 'bounced', permanence: 'soft', at, id }) as const

/** Cron's run of an hour, so many milliseconds after `NOW`. */
async function cronAfter(milliseconds: number): Promise<void> {
  vi.setSystemTime(NOW + milliseconds)
  await onSchedule(bindings, NOW + Math.ceil(milliseconds / 3_600_000) * 3_600_000)
}

test('pauses, used links and soft bounces are deleted after their time, without any other act', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  for (const [digit, days] of [
    ['1', 1],
    ['2', 30],
    ['3', 366],
  ] as const)
    await suppression().pause(print(digit), NOW + days * DAY)
  await suppression().admit(print('4'), NOW)
  await suppression().record([bounce(print('5'), NOW), bounce(print('6'), NOW)], NOW)
  await cronAfter(1 * DAY)
  expect(await rowsOf('paused')).toEqual([print('2'), print('3')])
  expect(await rowsOf('admission')).toEqual([print('4')])
  await cronAfter(LIFETIME_MS.confirm + 1)
  expect(await rowsOf('admission')).toEqual([])
  await suppression().record([bounce(print('6'), NOW + 100 * DAY, 'later')], NOW + 100 * DAY)
  await cronAfter(366 * DAY)
  expect(await rowsOf('paused')).toEqual([])
  expect(await rowsOf('soft_bounce')).toEqual([print('5'), print('6')])
  await cronAfter(401 * DAY)
  expect(await rowsOf('soft_bounce')).toEqual([print('6')])
  await cronAfter(501 * DAY)
  expect(await rowsOf('soft_bounce')).toEqual([])
})
