import { expect, test } from 'vitest'
import { decidePublication } from '../../src/campaigns/publish-decision.ts'
import { toPublishedRecord } from '../../src/campaigns/published.ts'
import { ferry } from '../support/campaign.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const REVISION = '000000000000'
const changed = { ...ferry, revision: REVISION }
const none = { bundled: undefined, record: null, expected: undefined, now: NOW }

test('a first publication is new and gives an event', () => {
  expect(decidePublication({ ...none, campaign: ferry })).toEqual({
    kind: 'published',
    isNew: true,
    next: toPublishedRecord(ferry, null),
    events: [{ type: 'campaign-published', at: NOW, campaign: 'ferry', revision: ferry.revision, isNew: true }],
  })
})

test('a publication records the deployed revision that it replaced', () => {
  expect(decidePublication({ ...none, campaign: changed, bundled: ferry })).toMatchObject({
    kind: 'published',
    isNew: false,
    next: { over: ferry.revision },
    events: [{ revision: REVISION, isNew: false }],
  })
})

test('a condition is compared with the current revision; a repeated request finds its own revision', () => {
  const decide = (expected: string, record = toPublishedRecord(ferry, null)) =>
    decidePublication({ ...none, campaign: changed, record, expected })
  expect(decide(ferry.revision).kind).toBe('published')
  expect(decide('*').kind).toBe('published')
  expect(decide('ffffffffffff')).toEqual({ kind: 'other-revision', current: ferry.revision })
  expect(decide('ffffffffffff', toPublishedRecord(changed, null))).toMatchObject({ kind: 'published', events: [] })
  expect(decidePublication({ ...none, campaign: changed, expected: '*' })).toEqual({
    kind: 'other-revision',
    current: null,
  })
})
