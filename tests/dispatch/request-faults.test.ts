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

test('a valid request has no fault', () => {
  expect(kindOf({})).toBeNull()
  expect(kindOf({ email: 'update', updateId: 'gate' })).toBeNull()
  expect(kindOf({ audience: { locales: [...LOCALES] } })).toBeNull()
})

test('a request for another revision gets the current one as fault', () => {
  expect(faultOf({ revision: 'ba9876543210' })).toEqual({
    kind: 'other-revision',
    current: ferry.revision,
  })
})

test('an update must name an existing one; an appeal must name none', () => {
  expect(faultOf({ email: 'update' })).toEqual({ kind: 'no-such-update', email: 'update', known: ['gate'] })
  expect(kindOf({ email: 'update', updateId: 'fence' })).toBe('no-such-update')
  expect(kindOf({ updateId: 'gate' })).toBe('unexpected-update-id')
})

test('languages that the campaign does not have are a fault, which lists the known ones', () => {
  const fault = faultOf({ audience: { locales: ['en', 'de', 'fi'] } })
  expect(fault).toEqual({ kind: 'no-such-locale', locales: ['de', 'fi'], known: [...LOCALES] })
})

test('an appeal of a closed, draft or expired campaign is refused; an update about its end and a dry run are not', () => {
  for (const status of ['closed', 'won'] as const) {
    const over = { ...ferry, status }
    expect(kindOf({}, over)).toBe('blocked')
    expect(kindOf({ email: 'update', updateId: 'gate' }, over)).toBeNull()
    expect(kindOf({ dryRun: true }, over)).toBeNull()
  }
  expect(kindOf({ email: 'update', updateId: 'gate' }, { ...ferry, status: 'draft' })).toBe('blocked')
  expect(kindOf({}, { ...ferry, doNotUseAfter: '2026-11-21' })).toBe('blocked')
  expect(kindOf({}, { ...ferry, doNotUseAfter: '2026-11-22' })).toBeNull()
})

test('a scheduled request is checked for the day on which it would be sent', () => {
  const ending = { ...ferry, doNotUseAfter: '2026-11-24' }
  expect(kindOf({ sendAt: '2026-11-24T23:59:59Z' }, ending)).toBeNull()
  expect(kindOf({ sendAt: '2026-11-25T00:30:00Z' }, ending)).toBe('blocked')
  expect(kindOf({ sendAt: '2026-11-25T00:30:00+02:00' }, ending)).toBeNull() // 22:30 of the day before, UTC
})

test('a dispatch request holds the body, the organiser and the time; a dry run needs no approval', () => {
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

test('a start that has passed is refused with the time given and the time it is; a few minutes are allowed', () => {
  const found = '2020-01-01T00:00:00Z'
  expect(faultOf({ sendAt: found })).toEqual({ kind: 'past-start', found, now: NOW })
  expect(kindOf({ sendAt: '2025-11-23T12:00:00Z' })).toBe('past-start') // last year's calendar
  expect(kindOf({ sendAt: '2026-11-22T12:00:00+02:00' })).toBe('past-start') // two hours ago: the wrong zone
  expect(kindOf({ sendAt: '2026-11-22T11:54:59Z' })).toBe('past-start')
  expect(kindOf({ sendAt: '2026-11-22T11:57:00Z' })).toBeNull()
  expect(kindOf({ sendAt: '2026-11-22T11:57:00-01:00' })).toBeNull()
  expect(kindOf({ sendAt: found, dryRun: true })).toBe('past-start')
})

test('people who join in the future cannot be chosen, unless the dispatch starts later', () => {
  const audience = { confirmedAfter: '2026-11-25T00:00:00Z' }
  expect(faultOf({ audience })).toEqual({ kind: 'future-join', found: audience.confirmedAfter, now: NOW })
  expect(kindOf({ audience, sendAt: '2026-11-24T23:00:00Z' })).toBe('future-join')
  expect(kindOf({ audience, sendAt: '2026-11-26T00:00:00Z' })).toBeNull()
  expect(kindOf({ audience: { confirmedAfter: '2026-11-22T11:00:00Z' } })).toBeNull()
})
