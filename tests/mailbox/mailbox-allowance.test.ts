import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Allowance,
  allowanceEnds,
  BUCKET_MAILS,
  DAY_MAILS,
  decideAsk,
  filled,
  NOTHING_ASKED,
  REFILL_MS,
} from '../../src/mailbox/asked/mailbox-allowance.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR

type Act = { after: number; kind: 'ask' | 'my-data' | 'press'; request: number; leftAlready: boolean }
const anyAct: fc.Arbitrary<Act> = fc.record({
  after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: HOUR / 2 }), fc.integer({ min: 0, max: 30 * HOUR })),
  kind: fc.constantFrom('ask', 'ask', 'ask', 'my-data', 'press'),
  request: fc.integer({ min: 0, max: 5 }),
  leftAlready: fc.boolean(),
})

/** Times of mails and presses, and the link of each mail. */
function run(acts: readonly Act[]) {
  let [allowance, now]: [Allowance, number] = [NOTHING_ASKED, 1_800_000_000_000]
  const [mails, presses]: [Array<{ at: number; digest?: string; issuedAt?: number; kind: string }>, number[]] = [[], []]
  for (const [n, { after, kind, request, leftAlready }] of acts.entries()) {
    now += after
    if (kind === 'press') {
      if (allowance.sent.length > 0) allowance = filled(allowance, now)
      presses.push(now)
      continue
    }
    const digest = `request-${request}`
    const content = kind === 'ask' ? { digest, keyId: 'k1', ref: `draft-${n}` } : undefined
    const decision = decideAsk(allowance, { key: `mail-${n}`, content }, () => !leftAlready, now)
    if (decision.kind === 'waiting' || decision.kind === 'refused') continue
    allowance = decision.allowance
    const link = decision.link && { digest, issuedAt: decision.link.issuedAt }
    mails.push({ at: now, kind: decision.kind, ...link })
  }
  return { mails, presses, allowance }
}

test('under any sequence of requests and presses a mailbox gets eight mails a day at most, and between two presses four and one an hour', () => {
  fc.assert(
    fc.property(fc.array(anyAct, { maxLength: 80 }), (acts) => {
      const { mails, presses, allowance } = run(acts)
      for (const [i, { at }] of mails.entries()) {
        expect(mails.filter((mail) => mail.at > at - DAY && mail.at <= at).length).toBeLessThanOrEqual(DAY_MAILS)
        const pressedAt = Math.max(0, ...presses.filter((press) => press <= at))
        const since = mails.slice(0, i + 1).filter((mail) => mail.at > pressedAt)
        for (const first of since) {
          const between = since.filter((mail) => mail.at >= first.at).length
          expect(between).toBeLessThanOrEqual(BUCKET_MAILS + (at - first.at) / REFILL_MS + 1e-6)
        }
      }
      expect(allowance.sent.length).toBeLessThanOrEqual(DAY_MAILS)
      expect(allowance.links.length).toBeLessThanOrEqual(DAY_MAILS)
      if (allowance.sent.length > 0) expect(allowanceEnds(allowance)).toBe((mails.at(-1)?.at ?? 0) + DAY)
    }),
    { numRuns: 300 },
  )
})

test('an equal request within a day repeats the same link until the owner presses a button; others have their own', () => {
  fc.assert(
    fc.property(fc.array(anyAct, { maxLength: 60 }), (acts) => {
      const { mails, presses } = run(acts)
      for (const [i, { at, digest, issuedAt = at, kind }] of mails.entries()) {
        const before = mails.slice(0, i + 1)
        const same = before.filter((mail) => digest !== undefined && mail.digest === digest && mail.at >= issuedAt)
        if (kind === 'repeat') {
          expect(same.every((mail) => mail.issuedAt === issuedAt)).toBe(true)
          expect(presses.some((press) => press > issuedAt && press < at)).toBe(false)
          expect(at - issuedAt).toBeLessThan(DAY)
        } else expect(issuedAt).toBe(at)
      }
    }),
  )
})

test('a request while its mail waits adds none and uses nothing; after an hour without mails one may go again', () => {
  const ask = (allowance: Allowance, n: number, now: number, waiting = false) =>
    decideAsk(allowance, { key: `mail-${n}`, content: { digest: `d${n % 9}`, keyId: 'k1' } }, () => waiting, now)
  let allowance = NOTHING_ASKED
  for (let n = 0; n < BUCKET_MAILS; n++) {
    const decision = ask(allowance, n, 1_000)
    if (decision.kind !== 'send') throw new Error(decision.kind)
    allowance = decision.allowance
  }
  expect(ask(allowance, 9, 2_000, true)).toMatchObject({ kind: 'waiting', allowance })
  expect(ask(allowance, 8, 2_000).kind).toBe('refused')
  expect(ask(allowance, 8, 1_000 + REFILL_MS - 1).kind).toBe('refused')
  expect(ask(allowance, 8, 1_000 + REFILL_MS).kind).toBe('send')
})
