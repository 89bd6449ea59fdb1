import { describe, expect, it } from 'vitest'
import { bundled } from '../../src/campaigns/bundled.gen.ts'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import { campaignStatus, mayBeMentioned } from '../../src/campaigns/page-status.ts'

const [sample] = bundled
const campaign = (changed: Partial<Campaign>): Campaign => {
  if (sample === undefined) throw new Error('no campaign is bundled')
  return { ...sample, status: 'open', people: [], closes: undefined, doNotUseAfter: undefined, ...changed }
}
const at = (day: string) => Date.parse(`${day}T12:00:00Z`)
const named = {
  id: 'speaker',
  naming: 'named',
  as: 'A. B.',
  role: 'speaker',
  atRisk: true,
  until: '2026-03-01',
} as const

describe('the page status of a campaign', () => {
  it('is open through its last day and closed on the next, without a change of the file', () => {
    const closing = campaign({ closes: '2026-03-01' })
    expect(campaignStatus(closing, at('2026-03-01'))).toBe('open')
    expect(campaignStatus(closing, at('2026-03-02'))).toBe('closed')
  })

  it('is expired after its last day of use, with any status', () => {
    expect(campaignStatus(campaign({ status: 'won', doNotUseAfter: '2026-03-01' }), at('2026-03-02'))).toBe('expired')
  })

  it('is under review after the last day of a name, even if the case has expired as well', () => {
    const lapsed = campaign({ people: [named], doNotUseAfter: '2026-02-01' })
    expect(campaignStatus(lapsed, at('2026-03-01'))).toBe('expired')
    expect(campaignStatus(lapsed, at('2026-03-02'))).toBe('under-review')
  })

  it('allows mentions elsewhere, except for a draft, an expired case and a case under review', () => {
    const at2 = at('2026-03-02')
    const mentioned = (changed: Partial<Campaign>) => mayBeMentioned(campaignStatus(campaign(changed), at2))
    expect([{}, { status: 'won' } as const, { closes: '2026-03-01' }].map(mentioned)).toEqual([true, true, true])
    const hidden = [{ status: 'draft' } as const, { doNotUseAfter: '2026-03-01' }, { people: [named] }]
    expect(hidden.map(mentioned)).toEqual([false, false, false])
  })

  it('of a draft is always draft', () => {
    expect(campaignStatus(campaign({ status: 'draft', people: [named] }), at('2026-03-02'))).toBe('draft')
  })
})
