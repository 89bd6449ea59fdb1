import { expect, test } from 'vitest'
import { bundled } from '../../src/campaigns/bundled.gen.ts'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import { isNameWithdrawn } from '../../src/campaigns/withdrawn-names.ts'
import { campaignMail } from '../../src/dispatch/campaign-mail.ts'
import type { DispatchRequest } from '../../src/dispatch/dispatch-request.ts'
import { startBlockedBy } from '../../src/dispatch/mail-source.ts'

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
const blocked = (campaign: Campaign, email: 'appeal' | 'update', now: number) =>
  campaignMail(campaign, { email }).preconditions()(now)
const stops = (before: Campaign, after: Campaign): boolean =>
  campaignMail(after, { email: 'appeal' }).changedSince(campaignMail(before, { email: 'appeal' }).terms) !== null
const withPeople = (...people: Campaign['people']): Campaign => ({ ...open, people })

test('an appeal needs an open campaign; an update may also be sent when the campaign is closed or won', () => {
  expect(blocked(open, 'appeal', NOW)).toBeNull()
  expect(blocked({ ...open, status: 'won' }, 'appeal', NOW)?.kind).toBe('closed')
  expect(blocked({ ...open, status: 'won' }, 'update', NOW)).toBeNull()
  expect(blocked({ ...open, status: 'draft' }, 'update', NOW)?.kind).toBe('draft')
})

test('an appeal is not sent after the closing day that its page shows', () => {
  const campaign = { ...open, closes: '2026-11-22' }
  expect(blocked(campaign, 'appeal', Date.UTC(2026, 10, 22, 23, 59))).toBeNull()
  expect(blocked(campaign, 'appeal', Date.UTC(2026, 10, 23))?.kind).toBe('closed')
  expect(blocked(campaign, 'update', Date.UTC(2026, 10, 23))).toBeNull()
})

test('mails may be sent until the end of the last day of use, in UTC', () => {
  const campaign = { ...open, doNotUseAfter: '2026-11-22' }
  expect(blocked(campaign, 'update', Date.UTC(2026, 10, 22, 23, 59, 59, 999))).toBeNull()
  expect(blocked(campaign, 'update', Date.UTC(2026, 10, 23))?.kind).toBe('expired')
})

test('a name counts as withdrawn when a revision shows the person less, differently or not at all', () => {
  const frozen = withPeople(person({}))
  expect(isNameWithdrawn(frozen, withPeople(person({})))).toBe(false)
  expect(isNameWithdrawn(frozen, withPeople())).toBe(true)
  expect(isNameWithdrawn(frozen, withPeople(person({ as: 'A.' })))).toBe(true)
  const { as: _, agreed: __, ...rest } = person({ naming: 'withheld' })
  expect(isNameWithdrawn(frozen, withPeople(rest))).toBe(true)
  expect(isNameWithdrawn(withPeople(rest), withPeople(person({})))).toBe(false) // naming more does no harm to the old text
})

test('a revision pauses a dispatch if it changes people, events, status or the last day, but not for a comma', () => {
  expect(stops(open, { ...open, revision: '000000000000' })).toBe(false)
  expect(stops(open, { ...open, status: 'closed' })).toBe(true)
  expect(stops(open, { ...open, doNotUseAfter: '2030-01-01' })).toBe(true)
  expect(stops(open, withPeople(person({})))).toBe(true)
  const cancelled = open.events.map((event) => ({ ...event, sequence: 9, cancelled: true }))
  expect(stops(open, { ...open, events: cancelled })).toBe(true)
})

test('a snapshot that names a person whose name is withdrawn is not sent', () => {
  const snapshot = campaignMail(withPeople(person({})), { email: 'appeal' }).terms
  const after = (...people: Campaign['people']) =>
    campaignMail({ ...withPeople(...people), status: 'closed' }, { email: 'appeal' }).preconditions(snapshot)(NOW)
  expect(after(person({}))?.kind).toBe('closed')
  expect(after()?.kind).toBe('name-withdrawn')
})

test('a dispatch starts only with the requested revision; a dry run needs nothing else', () => {
  const request = { revision: open.revision, dryRun: false } as DispatchRequest
  const start = (more: Partial<DispatchRequest>, campaign: Campaign = open) =>
    startBlockedBy({ ...request, ...more }, campaignMail(campaign, { email: 'appeal' }), NOW)?.kind ?? null
  expect(start({})).toBeNull()
  expect(start({ revision: '000000000000' })).toBe('revision-changed')
  expect(start({}, { ...open, status: 'draft' })).toBe('draft')
  expect(start({ dryRun: true }, { ...open, status: 'draft' })).toBeNull()
  expect(start({ dryRun: true, revision: '000000000000' })).toBe('revision-changed')
})
