import fc from 'fast-check'
import { expect, test } from 'vitest'
import { budgets } from '../../../scripts/bench/budgets.ts'
import { type Measured, sharedOf } from '../../../scripts/bench/medians.ts'
import type { Results, Sent } from '../../../scripts/bench/report.ts'

const PEOPLE = 10_000

const sent = (over: Partial<Sent>): Sent => ({
  shape: 'resend',
  people: PEOPLE,
  perSecond: 8_000,
  between: [7_000, 9_000],
  ofLimit: 0.2,
  busy: 0.95,
  cpuSeconds: 1,
  peakMegabytes: 300,
  bytesPerRecipient: 20_000,
  calls: 100,
  ...over,
})
const resultsOf = (over: Partial<Results>): Results => ({
  machine: '',
  campaign: '',
  limits: [],
  sent: [],
  references: [],
  work: [],
  budgets: [],
  ...over,
})
const reference = (shape: string, name: string, share: number) => ({
  shape,
  people: PEOPLE,
  reference: name,
  perSecond: 1,
  between: [1, 1] as [number, number],
  share,
})
const missed = (over: Partial<Results>) => budgets(resultsOf(over)).flatMap(({ what, met }) => (met ? [] : [what]))

test('a dispatch must reach 45 % of the ceiling where each mail is whole, and 37 % of the floor where the provider merges', () => {
  const met = [reference('resend', 'ceiling', 0.45), reference('mailgun', 'floor', 0.37)]
  expect(missed({ references: met })).toEqual([])
  expect(missed({ references: [reference('resend', 'ceiling', 0.449)] })).toEqual([
    'resend, 10,000 people, share of the ceiling',
  ])
  expect(missed({ references: [reference('mailgun', 'floor', 0.369)] })).toHaveLength(1)
  expect(missed({ references: [reference('mailgun', 'ceiling', 0.05)] })).toEqual([]) // reported, without a budget
})

test('a share that could not be measured is a miss', () => {
  expect(missed({ references: [reference('resend', 'ceiling', Number.NaN)] })).toHaveLength(1)
})

test('the main thread must be busy in dispatches to ten thousand people and more, where the machine tells', () => {
  expect(missed({ sent: [sent({ busy: 0.84 })] })).toEqual(['resend, 10,000 people, main thread busy'])
  expect(
    missed({ sent: [sent({ busy: 0.85 }), sent({ busy: 0.2, people: 1_000 }), sent({ busy: Number.NaN })] }),
  ).toEqual([])
})

test('a page must reach three quarters of a text of its size, and fit the wire with the headers of the edge', () => {
  const pages = {
    hello: 6_000,
    sameSize: 5_000,
    page: 4_000,
    pageBytes: 12_000,
    ofHello: 0.66,
    ofSameSize: 0.8,
    signUps: 100,
    largest: { slug: 'a', path: '/en/campaigns/a', bytes: 9_400 },
    largestLong: { slug: 'a', path: '/en/campaigns/a, three times as long', bytes: 9_401 },
  }
  expect(missed({ pages })).toEqual(['bytes on the wire, /en/campaigns/a, three times as long'])
  expect(missed({ pages: { ...pages, ofSameSize: 0.74, largestLong: pages.largest } })).toEqual([
    'campaign page, share of a bare text of its size',
  ])
})

const run = (seconds: number, ceiling: number) => ({ seconds, references: { ceiling } }) as Measured

test('what slows a dispatch and its ceiling alike does not change the share', () => {
  const factors = fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1, maxLength: 7 })
  fc.assert(
    fc.property(factors, (slower) => {
      const runs = slower.map((factor) => run(1 * factor, 20_000 / factor))
      expect(sharedOf(runs, PEOPLE, 'resend', 'ceiling').share).toBeCloseTo(0.5)
    }),
  )
})

test('one disturbed pair of three does not change the share', () => {
  expect(sharedOf([run(1, 20_000), run(9, 20_000), run(1, 20_000)], PEOPLE, 'resend', 'ceiling').share).toBe(0.5)
})
