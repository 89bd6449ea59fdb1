import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  FairQueue,
  GIVE_UP_MS,
  type QueuedConfirmation,
  type SentConfirmation,
} from '../../src/mailbox/asked/fair-queue.ts'
import { DOMAIN_PER_HOUR, networkLimits, type RationLimits } from '../../src/mailbox/asked/ration.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const USUAL: RationLimits = { perMinute: 60, perHour: 600 }

type Request = { at: number; network: string; domain?: string; answerAfter?: number }
type Left = SentConfirmation & { request: Request }

/** Runs requests through the queue on a moved clock, as the object does: each event lets out whatever may leave. */
function simulate(requests: readonly Request[], limits = USUAL, until = Number.POSITIVE_INFINITY) {
  const queue = new FairQueue(limits, [], [])
  const open = [...requests].sort((a, b) => a.at - b.at)
  const answeredDomains = new Set<string>() // the object stores them
  const byKey = new Map<string, Request>()
  const answers: Array<{ at: number; mailbox: string; domain: string }> = []
  const [left, dropped]: [Left[], QueuedConfirmation[]] = [[], []]
  let [now, steps] = [0, 0]
  for (;;) {
    const times = [open[0]?.at, answers[0]?.at, queue.nextAt(now) ?? undefined].filter((at) => at !== undefined)
    const next = Math.min(...times)
    if (times.length === 0 || next > until) break
    if (++steps > 200_000) throw new Error('the queue asks to be woken without end')
    now = Math.max(now, next)
    queue.forget(now)
    dropped.push(...queue.expire(now))
    while (answers[0] !== undefined && answers[0].at <= now) {
      const { mailbox, domain } = answers.shift() ?? { mailbox: '', domain: '' }
      queue.answer(mailbox, domain)
      answeredDomains.add(domain)
    }
    while (open[0] !== undefined && open[0].at <= now) {
      const request = open.shift()
      if (request === undefined) break
      const key = `mail-${byKey.size}`
      byKey.set(key, request)
      const { network } = request
      const domain = answeredDomains.has(request.domain ?? '') ? '' : (request.domain ?? '')
      const out = queue.add({ mailbox: `box-${key}`, key, network, domain, enteredAt: now })
      if (out !== null) dropped.push(out)
    }
    for (let sent = queue.next(now); sent !== null; sent = queue.next(now)) {
      const request = byKey.get(sent.key)
      if (request === undefined) throw new Error('a mail left that nobody asked for')
      left.push({ ...sent, request })
      if (request.answerAfter !== undefined) {
        answers.push({ at: now + request.answerAfter, mailbox: sent.mailbox, domain: request.domain ?? '' })
        answers.sort((a, b) => a.at - b.at)
      }
    }
  }
  return { left, dropped, waiting: queue.size }
}

const delayOf = ({ at, request }: Left) => at - request.at
const times = (most: number, apart: number, from = 0) => Array.from({ length: most }, (_, n) => from + n * apart)

test('fifty people in one hall sign up within ten minutes, and each has the mail within fifteen', () => {
  const evenly = times(50, 12_000).map((at) => ({ at, network: 'hall' }))
  const inOneMinute = times(50, 1_000).map((at) => ({ at, network: 'hall' }))
  for (const hall of [evenly, inOneMinute]) {
    const { left } = simulate(hall)
    expect(left).toHaveLength(50)
    expect(Math.max(...left.map(delayOf))).toBeLessThanOrEqual(15 * MINUTE)
  }
})

test.each([
  ['for more than an hour', 9_000, 500],
  ['at one instant', 1, 360],
])('twenty networks that flood %s delay an honest sign-up by two minutes at most', (_, apart, each) => {
  const flood = times(20, 0).flatMap((__, n) => times(each, apart, n).map((at) => ({ at, network: `flood-${n}` })))
  const honest = times(25, 3 * MINUTE, 1_234).map((at, n) => ({ at, network: `honest-${n}` }))
  const { left } = simulate([...flood, ...honest], USUAL, 75 * MINUTE)
  const arrived = left.filter(({ network }) => network.startsWith('honest'))
  expect(arrived).toHaveLength(honest.length)
  expect(Math.max(...arrived.map(delayOf))).toBeLessThanOrEqual(2 * MINUTE)
  expect(left.length).toBeGreaterThan(600) // the ration is used, not only guarded
})

test('waiting mails leave one per network in turn', () => {
  const limits = { perMinute: 1, perHour: 60 }
  const requests = ['a', 'a', 'a', 'b', 'b', 'c'].map((network, n) => ({ at: n, network }))
  const { left } = simulate(requests, limits, 40 * MINUTE)
  expect(left.map(({ network }) => network).join('')).toBe('abcaba')
})

test('what has waited six hours is dropped, and nothing is lost unseen', () => {
  const flood = times(500, 1).map((at) => ({ at, network: 'flood' }))
  const { left, dropped, waiting } = simulate(flood)
  expect(left.length + dropped.length).toBe(500)
  expect(waiting).toBe(0)
  expect(left.length).toBeGreaterThanOrEqual(6 * 60 - 6)
  expect(left.length).toBeLessThanOrEqual(6 * 60 + 6)
  expect(Math.max(...left.map(delayOf))).toBeLessThanOrEqual(GIVE_UP_MS)
})

test('a domain where nobody has pressed a button gets twenty an hour; one press ends that', () => {
  const people = times(100, 1_000).map((at, n) => ({ at, network: `n${n}`, domain: 'catch-all' }))
  expect(simulate(people, USUAL, 50 * MINUTE).left).toHaveLength(DOMAIN_PER_HOUR)
  const [first, ...others] = people
  const withAnswer = [{ ...first, answerAfter: 30_000 } as Request, ...others]
  expect(simulate(withAnswer, USUAL, 50 * MINUTE).left).toHaveLength(100)
})

test('mails behind one of a rationed domain do not wait for it', () => {
  const catchAll = times(40, 1).map((at) => ({ at, network: 'shared', domain: 'catch-all' }))
  const { left } = simulate([...catchAll, { at: 100, network: 'shared' }], { perMinute: 600, perHour: 6_000 }, MINUTE)
  expect(left.filter(({ domain }) => domain === '')).toHaveLength(1)
})

const anyRequest = fc.record(
  {
    at: fc.integer({ min: 0, max: 3 * HOUR }),
    network: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    domain: fc.constantFrom('', '', 'x', 'y'),
    answerAfter: fc.integer({ min: 0, max: 2 * HOUR }),
  },
  { requiredKeys: ['at', 'network'] },
)
const anyLimits = fc.constantFrom(
  USUAL,
  { perMinute: 1, perHour: 1 },
  { perMinute: 3, perHour: 20 },
  { perMinute: 20, perHour: 40 },
)

/** The largest number of mails unanswered at one time within a period that ends with it. */
function mostWithin(left: readonly Left[], period: number): number {
  const unanswered = (one: Left, now: number) => one.at + (one.request.answerAfter ?? Number.POSITIVE_INFINITY) > now
  return Math.max(
    0,
    ...left.map(
      ({ at: now }) => left.filter((one) => one.at <= now && one.at > now - period && unanswered(one, now)).length,
    ),
  )
}

test('under any sequence of requests and answers no limit is exceeded, and each mail leaves or is dropped after six hours', () => {
  fc.assert(
    fc.property(fc.array(anyRequest, { maxLength: 120 }), anyLimits, (requests, limits) => {
      const { left, dropped, waiting } = simulate(requests, limits)
      expect(waiting).toBe(0)
      expect(left.length + dropped.length).toBe(requests.length)
      expect(new Set(left.map(({ key }) => key)).size).toBe(left.length)
      expect(mostWithin(left, MINUTE)).toBeLessThanOrEqual(limits.perMinute)
      expect(mostWithin(left, HOUR)).toBeLessThanOrEqual(limits.perHour)
      for (const name of new Set(left.map(({ network }) => network))) {
        const own = left.filter(({ network }) => network === name)
        expect(mostWithin(own, MINUTE)).toBeLessThanOrEqual(networkLimits(limits).perMinute)
        expect(mostWithin(own, HOUR)).toBeLessThanOrEqual(networkLimits(limits).perHour)
        const atOnce = own.filter(({ domain }) => domain === '').map(({ key }) => Number(key.slice(5)))
        expect(atOnce).toEqual([...atOnce].sort((a, b) => a - b)) // in order within a network
      }
      for (const one of left) expect(delayOf(one)).toBeLessThanOrEqual(GIVE_UP_MS)
    }),
    { numRuns: 150 },
  )
})

test('no network starves: a mail of a network that asked for nothing leaves before the second of any other', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 60 }), (networks) => {
      const requests = [...networks.map((network, n) => ({ at: n, network })), { at: 100, network: 'late' }]
      const { left } = simulate(requests, { perMinute: 2, perHour: 40 })
      const after = left.filter(({ at }) => at >= 100)
      const place = after.findIndex(({ network }) => network === 'late')
      const before = after.slice(0, place).map(({ network }) => network)
      expect(place).toBeGreaterThanOrEqual(0)
      expect(new Set(before).size).toBe(before.length)
    }),
  )
})
