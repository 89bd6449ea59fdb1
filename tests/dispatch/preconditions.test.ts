import { expect, test } from 'vitest'
import { bundled } from '../../src/campaigns/bundled.gen.ts'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import { blockedBy, isNameWithdrawn, stopsDispatches } from '../../src/dispatch/preconditions.ts'

const open =
  bundled.find((campaign) => campaign.slug === 'river-street-bakery') ?? expect.fail('the demonstration is not bundled')
const NOW = Date.UTC(2026, 10, 22)
const person = (more: Partial<Campaign['people'][number]>): Campaign['people'][number] => ({
  id: 'baker',
  naming: 'initials',
  as: 'A. B.',
  role: 'baker',
  atRisk: true,
  agreed: { by: 'the union' },
  ...more,
})
const withPeople = (...people: Campaign['people']): Campaign => ({ ...open, people })

test('an appeal needs an open campaign; an update may tell how it ended', () => {
  expect(blockedBy(open, 'appeal', NOW)).toBeNull()
  expect(blockedBy({ ...open, status: 'won' }, 'appeal', NOW)?.kind).toBe('closed')
  expect(blockedBy({ ...open, status: 'won' }, 'update', NOW)).toBeNull()
  expect(blockedBy({ ...open, status: 'draft' }, 'update', NOW)?.kind).toBe('draft')
  expect(blockedBy(null, 'appeal', NOW)?.kind).toBe('gone')
})

test('an appeal whose closing day is over is not sent, as its page says', () => {
  const campaign = { ...open, closes: '2026-11-22' }
  expect(blockedBy(campaign, 'appeal', Date.UTC(2026, 10, 22, 23, 59))).toBeNull()
  expect(blockedBy(campaign, 'appeal', Date.UTC(2026, 10, 23))?.kind).toBe('closed')
  expect(blockedBy(campaign, 'update', Date.UTC(2026, 10, 23))).toBeNull()
})

test('the last day of use is used to its end, in UTC, and not a moment longer', () => {
  const campaign = { ...open, doNotUseAfter: '2026-11-22' }
  expect(blockedBy(campaign, 'update', Date.UTC(2026, 10, 22, 23, 59, 59, 999))).toBeNull()
  expect(blockedBy(campaign, 'update', Date.UTC(2026, 10, 23))?.kind).toBe('expired')
})

test('a name is withdrawn when somebody is shown less, otherwise, or no longer', () => {
  const frozen = withPeople(person({}))
  expect(isNameWithdrawn(frozen, withPeople(person({})))).toBe(false)
  expect(isNameWithdrawn(frozen, withPeople())).toBe(true)
  expect(isNameWithdrawn(frozen, withPeople(person({ as: 'A.' })))).toBe(true)
  const { as: _, agreed: __, ...rest } = person({ naming: 'withheld' })
  expect(isNameWithdrawn(frozen, withPeople(rest))).toBe(true)
  expect(isNameWithdrawn(withPeople(rest), withPeople(person({})))).toBe(false) // naming more does no harm to the old text
})

test('a revision stops what is being sent when people, events, status or the last day change, and not for a comma', () => {
  expect(stopsDispatches(open, { ...open, revision: '000000000000' })).toBe(false)
  expect(stopsDispatches(open, { ...open, status: 'closed' })).toBe(true)
  expect(stopsDispatches(open, { ...open, doNotUseAfter: '2030-01-01' })).toBe(true)
  expect(stopsDispatches(open, withPeople(person({})))).toBe(true)
  const cancelled = open.events.map((event) => ({ ...event, sequence: 9, cancelled: true }))
  expect(stopsDispatches(open, { ...open, events: cancelled })).toBe(true)
})
