import { expect, test } from 'vitest'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import { campaignMail } from '../../src/dispatch/campaign-mail.ts'
import { type DispatchRequestBody, dispatchRequestBodySchema } from '../../src/dispatch/dispatch-request.ts'
import { findRequestFault, toDispatchRequest } from '../../src/dispatch/request-faults.ts'
import { ferry, LOCALES } from '../support/campaign.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const SLUG_AND_REVISION = { campaign: ferry.slug, revision: ferry.revision, email: 'appeal' }

const ask = (more: object = {}): DispatchRequestBody =>
  dispatchRequestBodySchema.parse({ ...SLUG_AND_REVISION, ...more })
const faultOf = (more: object, campaign: Campaign = ferry) =>
  findRequestFault(ask(more), campaignMail(campaign, ask(more)), NOW)
const kindOf = (more: object, campaign: Campaign = ferry) => faultOf(more, campaign)?.kind ?? null

test('what can be sent is asked for without a fault', () => {
  expect(kindOf({})).toBeNull()
  expect(kindOf({ email: 'update', updateId: 'gate' })).toBeNull()
  expect(kindOf({ audience: { locales: [...LOCALES] } })).toBeNull()
})

test('the revision that is current is told to whoever looked at another', () => {
  expect(faultOf({ revision: 'ba9876543210' })).toEqual({
    kind: 'other-revision',
    current: ferry.revision,
  })
})

test('an update names one that is written; an appeal names none', () => {
  expect(faultOf({ email: 'update' })).toEqual({ kind: 'no-such-update', known: ['gate'] })
  expect(kindOf({ email: 'update', updateId: 'fence' })).toBe('no-such-update')
  expect(kindOf({ updateId: 'gate' })).toBe('update-not-asked')
})

test('languages the campaign does not have are named, beside those it has', () => {
  const fault = faultOf({ audience: { locales: ['en', 'de', 'fi'] } })
  expect(fault).toEqual({ kind: 'no-such-locale', locales: ['de', 'fi'], known: [...LOCALES] })
})

test('an appeal of a campaign that is over, a draft or past its day is hindered; an update of its end and a count are not', () => {
  for (const status of ['closed', 'won'] as const) {
    const over = { ...ferry, status }
    expect(kindOf({}, over)).toBe('hindered')
    expect(kindOf({ email: 'update', updateId: 'gate' }, over)).toBeNull()
    expect(kindOf({ dryRun: true }, over)).toBeNull()
  }
  expect(kindOf({ email: 'update', updateId: 'gate' }, { ...ferry, status: 'draft' })).toBe('hindered')
  expect(kindOf({}, { ...ferry, doNotUseAfter: '2026-11-21' })).toBe('hindered')
  expect(kindOf({}, { ...ferry, doNotUseAfter: '2026-11-22' })).toBeNull()
})

test('what is scheduled is held against the day it would be sent on', () => {
  const ending = { ...ferry, doNotUseAfter: '2026-11-24' }
  expect(kindOf({ sendAt: '2026-11-24T23:59:59Z' }, ending)).toBeNull()
  expect(kindOf({ sendAt: '2026-11-25T00:30:00Z' }, ending)).toBe('hindered')
  expect(kindOf({ sendAt: '2026-11-25T00:30:00+02:00' }, ending)).toBeNull() // 22:30 of the day before, UTC
  expect(kindOf({ sendAt: '2020-01-01T00:00:00Z' }, { ...ferry, doNotUseAfter: '2026-11-01' })).toBe('hindered')
})

test('a dispatch request holds what was asked, by whom and when; a count needs nobody’s approval', () => {
  const request = toDispatchRequest(
    ask({ sendAt: '2026-11-23T08:00:00+01:00', ratePerMinute: 30 }),
    'id',
    'anna',
    true,
    NOW,
  )
  expect(request).toEqual({
    id: 'id',
    campaign: 'ferry',
    revision: ferry.revision,
    email: 'appeal',
    audience: {},
    sendAt: Date.UTC(2026, 10, 23, 7),
    ratePerMinute: 30,
    dryRun: false,
    createdAt: NOW,
    createdBy: 'anna',
    needsApproval: true,
  })
  expect(toDispatchRequest(ask(), 'id', 'anna', false, NOW)).toMatchObject({ sendAt: NOW, needsApproval: false })
  expect(toDispatchRequest(ask({ dryRun: true }), 'id', 'anna', true, NOW).needsApproval).toBe(false)
})
