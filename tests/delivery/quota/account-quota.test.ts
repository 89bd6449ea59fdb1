import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AccountQuota, type AccountState, type AcquireRequest } from '../../../src/delivery/quota/account-quota.ts'
import { askedShare, bulkShare, dayOf } from '../../../src/delivery/quota/daily-quota.ts'
import { DAY_MS } from '../../../src/kit/durations.ts'

const START = Date.parse('2026-11-24T00:00:00Z')
const FAST = 1_000_000
const half = () => 0.5
const ask = (more: Partial<AcquireRequest> = {}): AcquireRequest => ({
  limits: { callsPerSecond: FAST },
  people: 100,
  use: 'bulk',
  who: 'lane',
  ...more,
})
const daily = (mailsPerDay: number, more: Partial<AcquireRequest> = {}) =>
  ask({ limits: { callsPerSecond: FAST, mailsPerDay }, ...more })

test('a day grants no more than its quota, keeps the transactional share, and ends at midnight UTC', () => {
  const account = new AccountQuota(undefined, START)
  const bulk = () => account.acquire(daily(1_000), START, half)
  expect(Array.from({ length: 9 }, bulk).every(({ go }) => go)).toBe(true)
  const full = { go: false, why: 'day', until: START + DAY_MS, mails: 1_000, forBulk: 900 }
  expect(bulk()).toEqual(full)
  expect(account.currentHold({ mailsPerDay: 1_000 }, START)).toMatchObject({ why: 'day' })
  expect(account.acquire(daily(1_000, { people: 1, use: 'transactional' }), START, half).go).toBe(true)
  expect(account.acquire(daily(1_000), START + DAY_MS, half).go).toBe(true)
  expect(account.currentHold({ mailsPerDay: 1_000 }, START + DAY_MS)).toBeNull()
})

test('whatever order mails come in, those that strangers ask for leave a twentieth of the day, and no other is held', () => {
  const anyUse = fc.constantFrom('asked', 'asked', 'asked', 'transactional', 'bulk')
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 250 }),
      fc.array(anyUse, { minLength: 300, maxLength: 320 }),
      (mails, uses) => {
        const account = new AccountQuota(undefined, START)
        let used = 0
        for (const use of uses) {
          const { go } = account.acquire(daily(mails, { people: 1, use }), START, half)
          if (use === 'asked') expect(go).toBe(used < askedShare(mails))
          if (use === 'transactional') expect(go).toBe(true)
          used += go ? 1 : 0
        }
      },
    ),
  )
  expect([1, 19, 20, 200, Number.POSITIVE_INFINITY].map(askedShare)).toEqual([1, 19, 19, 190, Number.POSITIVE_INFINITY])
})

test('a day full of confirmations holds no appeal by itself, and they go on at midnight', () => {
  const account = new AccountQuota(undefined, START)
  const confirm = (now: number) => account.acquire(daily(200, { people: 1, use: 'asked' }), now, half)
  for (let n = 0; n < 190; n++) expect(confirm(START).go).toBe(true)
  expect(confirm(START)).toMatchObject({ go: false, why: 'day', until: START + DAY_MS })
  expect(account.currentHold({ mailsPerDay: 200 }, START)).toBeNull()
  expect(confirm(START + DAY_MS).go).toBe(true)
})

test.each([0.5, 1, 2, 14])(
  'a flood of confirmations at %s calls a second leaves other mails their turn',
  (callsPerSecond) => {
    const account = new AccountQuota(undefined, START)
    const one = (use: 'asked' | 'transactional', who: string) =>
      account.acquire({ limits: { callsPerSecond }, people: 1, use, who }, START, half)
    const flood = Array.from({ length: 600 }, (_, n) => one('asked', `mailbox-${n}`))
    expect(flood.some(({ go }) => !go)).toBe(true)
    for (let n = 0; n < 5; n++) expect(one('transactional', `moderator-${n}`)).toMatchObject({ go: true })
  },
)

test('granted mails that the provider did not accept are granted again', () => {
  const account = new AccountQuota(undefined, START)
  for (let i = 0; i < 9; i++) account.acquire(daily(1_000), START, half)
  expect(
    account.acquire(daily(1_000, { reports: [{ kind: 'returned', people: 100, day: dayOf(START) }] }), START, half).go,
  ).toBe(true)
})

test('returned mails count for the day that granted them, not for the next', () => {
  const account = new AccountQuota(undefined, START)
  const before = account.acquire(daily(1_000), START, half)
  const day = before.go ? before.day : Number.NaN
  for (let i = 0; i < 9; i++) account.acquire(daily(1_000), START + DAY_MS, half)
  account.report([{ kind: 'returned', people: 100, day }], START + DAY_MS, half)
  expect(account.acquire(daily(1_000), START + DAY_MS, half)).toMatchObject({ go: false, why: 'day' })
})

test('no Retry-After makes calls wait for longer than an hour', () => {
  const account = new AccountQuota(undefined, START)
  account.acquire(ask({ reports: [{ kind: 'slow-down', forSeconds: 1e9 }] }), START, half)
  expect(account.acquire(ask(), START, half)).toEqual({ go: false, why: 'slowed', until: START + 3_600_000 })
  const other = new AccountQuota(undefined, START)
  other.report([{ kind: 'slow-down', forSeconds: Number.POSITIVE_INFINITY }], START, half)
  expect(other.acquire(ask(), START + 1_000, half)).toMatchObject({ go: true, waitMs: 0 })
})

test('when an organiser resumes, an account with a Retry-After is tried at once', () => {
  const account = new AccountQuota(undefined, START)
  account.report([{ kind: 'slow-down', forSeconds: 1_800 }], START, half)
  account.retryNow(START)
  expect(new AccountQuota(account.takeUnsaved() ?? undefined, START).acquire(ask(), START, half).go).toBe(true)
})

test('a batch larger than a day’s share is sent once a day instead of never', () => {
  const account = new AccountQuota(undefined, START)
  expect(account.acquire(daily(50), START, half).go).toBe(true)
  expect(account.acquire(daily(50), START, half).go).toBe(false)
})

test('a crash loses at most one block of the day, never exceeds the quota, and a day writes few rows', () => {
  const crashes = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 })
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 200_000 }),
      fc.integer({ min: 1, max: 100 }),
      crashes,
      (mails, people, at) => {
        let kept: AccountState | undefined
        let granted = 0
        let rows = 0
        let calls = 0
        let crashed = 0
        let account = new AccountQuota(kept, START)
        for (;;) {
          const leave = account.acquire(daily(mails, { people }), START, half)
          const keep = account.takeUnsaved()
          if (keep !== null) {
            kept = keep
            rows++
          }
          if (!leave.go) break
          granted += people
          if (++calls >= (at[crashed] ?? Number.POSITIVE_INFINITY)) {
            account = new AccountQuota(kept, START)
            crashed++
            calls = 0
          }
        }
        const block = Math.min(1_000, Math.ceil(mails / 20))
        expect(granted).toBeLessThanOrEqual(Math.max(bulkShare(mails), people))
        expect(granted).toBeGreaterThan(bulkShare(mails) - (crashed * block + people))
        expect(rows).toBeLessThanOrEqual(Math.max(20, mails / 1_000) + crashed + 2)
      },
    ),
  )
})

test('after a quiet time nothing is reserved ahead, so that a restart loses nothing', () => {
  const account = new AccountQuota(undefined, START)
  account.acquire(daily(10_000), START, half)
  expect([account.isAhead(), account.takeUnsaved()?.reserved.bulk]).toEqual([true, 600])
  account.releaseUnused()
  expect([account.isAhead(), account.takeUnsaved()?.reserved.bulk]).toEqual([false, 100])
})

test('a transactional mail is sent before appeals that wait since earlier, and both together keep to the rate', () => {
  const account = new AccountQuota(undefined, START)
  const slow = { callsPerSecond: 1 }
  const waits = Array.from({ length: 6 }, (_, i) =>
    account.acquire(ask({ limits: slow, who: `lane${i}` }), START, half),
  )
  expect(waits.map((leave) => (leave.go ? leave.waitMs : leave.until - START))).toEqual([
    0, 1_000, 2_000, 3_000, 4_000, 5_000,
  ])
  expect(waits.map(({ go }) => go)).toEqual([true, true, true, false, false, false])
  expect(
    account.acquire(ask({ limits: slow, use: 'transactional', people: 1, who: 'box' }), START, half),
  ).toMatchObject({
    go: true,
    waitMs: 3_000,
  })
})

test('a Retry-After slows the whole account, transactional mails included, and survives a restart', () => {
  const account = new AccountQuota(undefined, START)
  account.acquire(ask({ reports: [{ kind: 'slow-down', forSeconds: 60 }] }), START, half)
  const until = START + 60_000
  const again = new AccountQuota(account.takeUnsaved() ?? undefined, START + 1)
  expect(again.acquire(ask({ who: 'other' }), START + 1, half)).toEqual({ go: false, why: 'slowed', until })
  expect(again.acquire(ask({ use: 'transactional' }), START + 1, half)).toEqual({ go: false, why: 'slowed', until })
  expect(again.acquire(ask(), until, half)).toMatchObject({ go: true, waitMs: 0 })
})

test('an open breaker survives a restart, holds appeals but not transactional mails, and lets one call probe', () => {
  const account = new AccountQuota(undefined, START)
  const silent = { kind: 'failed', cause: { why: 'silent', detail: 'timeout' } } as const
  account.report(
    Array.from({ length: 5 }, () => silent),
    START,
    half,
  )
  const again = new AccountQuota(account.takeUnsaved() ?? undefined, START)
  const held = again.acquire(ask(), START, half)
  expect(held).toMatchObject({ go: false, why: 'silent', detail: 'timeout' })
  expect(again.acquire(ask({ use: 'transactional' }), START, half).go).toBe(true)
  const later = START + 600_000
  const probe = again.acquire(ask(), later, half)
  expect(probe).toMatchObject({ go: true, probe: 1 })
  expect(again.acquire(ask({ who: 'other' }), later, half).go).toBe(false)
  expect(again.acquire(ask({ who: 'other', reports: [{ kind: 'answered', probe: 1 }] }), later, half)).toMatchObject({
    go: true,
    waitMs: 0,
  })
})

test('all lanes together keep to the people per minute of a dispatch, each with a time of its own', () => {
  const account = new AccountQuota(undefined, START)
  const dispatch = { id: 'd', ratePerMinute: 60 }
  let now = START
  let people = 0
  const due = new Map(['a', 'b', 'c', 'd'].map((who) => [who, START]))
  let asks = 0
  while (now < START + 600_000) {
    const [who = 'a', at = now] = [...due].sort(([, a], [, b]) => a - b)[0] ?? []
    now = at
    const leave = account.acquire(ask({ who, people: 60, dispatch }), now, half)
    asks++
    if (leave.go) people += 60
    due.set(who, leave.go ? now + 1 : leave.until)
  }
  expect(people).toBeLessThanOrEqual(660 + 60)
  expect(people).toBeGreaterThanOrEqual(600)
  expect(asks).toBeLessThanOrEqual(2 * (people / 60) + 8)
})
