import { describe, expect, it } from 'vitest'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import type { Campaign, CampaignWords } from '../../../src/campaigns/campaign.ts'
import { CampaignPage, HomePage } from '../../../src/campaigns/pages/pages.tsx'
import { testSettings } from '../../support/supporter-world.ts'
import { wholeCase } from '../../support/whole-case.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const settings = await testSettings()
const sample = bundled.find(({ slug }) => slug === 'river-street-bakery')
if (sample === undefined) throw new Error('the demonstration appeal is not bundled')

const saying = (words: Partial<CampaignWords>, changed: Partial<Campaign> = {}): Campaign => {
  const { en } = sample.words
  if (en === undefined) throw new Error('the demonstration appeal is not in English')
  return { ...sample, people: [], ...changed, words: { en: { ...en, ...words } } }
}
const pageOf = (campaign: Campaign, locale = 'en') =>
  String(<CampaignPage locale={locale} settings={settings} campaign={campaign} stamp="stamp" now={now} />)
const homeOf = (campaigns: Campaign[]) =>
  String(<HomePage locale="en" settings={settings} campaigns={campaigns} stamp="stamp" now={now} />)

describe('the page of a campaign', () => {
  it('has a risk notice before any form, only if the campaign names risky countries', () => {
    const risky = pageOf(saying({}, { riskyIn: ['BY', 'KZ'] }))
    expect(risky.indexOf('Belarus')).toBeGreaterThan(0)
    expect(risky.indexOf('Belarus')).toBeLessThan(risky.indexOf('<form'))
    expect(pageOf(saying({}))).not.toContain('can be risky')
  })

  it('shows markup and template code in an organiser’s words as text', () => {
    const hostile = `<script>alert(1)</script> {{ secret }} "quoted"`
    const page = pageOf(
      saying({ title: hostile, appeal: [{ kind: 'paragraph', children: [{ kind: 'text', text: hostile }] }] }),
    )
    expect(page).not.toContain('<script')
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; {{ secret }} &quot;quoted&quot;')
  })

  it('links to pictures of other sites instead of loading them, which would reveal the reader', () => {
    const image = (url: string): CampaignWords['appeal'] => [
      { kind: 'paragraph', children: [{ kind: 'image', url, alt: 'The picket' }] },
    ]
    expect(pageOf(saying({ appeal: image('https://elsewhere.example/a.png') }))).not.toContain('<img')
    expect(pageOf(saying({ appeal: image('/a.png') }))).toContain('<img src="/a.png" alt="The picket"')
  })

  it('shows no word of a case under review, title and description included', () => {
    const until = '2026-11-01'
    const lapsed = saying(
      { title: 'Free Mara Linden', summary: 'Mara Linden was dismissed.' },
      { people: [{ id: 'mara', naming: 'named', as: 'Mara Linden', role: 'speaker', atRisk: true, until }] },
    )
    expect(pageOf(lapsed)).not.toContain('Mara Linden')
    expect(homeOf([lapsed])).not.toContain('Mara Linden')
  })

  it('has a notice about a stale translation, with a link to the newer text', () => {
    const page = pageOf(saying({ stale: true }))
    expect(page).toContain('The English text has changed since this translation was made')
    expect(page).toContain(`href="/en/campaigns/${sample.slug}" hreflang="en"`)
  })

  it('leads to every channel of every target, on the page of the whole case', async () => {
    expect(pageOf(sample)).toContain(`href="/en/campaigns/${sample.slug}/more"`)
    const page = await wholeCase(settings, sample, 'en', now)
    for (const { channels } of sample.targets) {
      for (const way of Object.values(channels).flatMap((ways) => ways ?? []))
        expect(page).toContain(way.replaceAll('&', '&amp;'))
    }
  })
})

describe('an event on the page of a campaign', () => {
  const picket: Campaign['events'][number] = {
    id: 'picket',
    title: 'Picket',
    start: '2026-11-22T11:00',
    end: '2026-11-22T13:00',
    zone: 'Europe/Dublin',
    place: 'The gate',
    sequence: 0,
    cancelled: false,
  }
  const pageWith = (changed: Partial<typeof picket>, campaign: Partial<Campaign> = {}) =>
    pageOf(saying({}, { events: [{ ...picket, ...changed }], ...campaign }))
  const link = `href="/en/campaigns/${sample.slug}/event.ics"`

  it('has its local time with the name of the time zone, and a calendar link', () => {
    const page = pageWith({})
    expect(page).toContain('Sunday, 22 November 2026, 11:00–13:00 (GMT)')
    expect(page).toContain('<time datetime="2026-11-22T11:00:00.000Z">')
    expect(page).toContain(link)
    expect(page).not.toMatch(/This event is over|This event has been cancelled/)
  })

  it('is marked as over from its end, or from the end of its day without an end', () => {
    const { end: _, ...open } = picket
    expect(pageWith({ end: '2026-11-22T12:00' })).toContain('This event is over.')
    expect(pageOf(saying({}, { events: [open] }))).not.toContain('This event is over.')
    const yesterday = pageOf(saying({}, { events: [{ ...open, start: '2026-11-21T20:00' }] }))
    expect(yesterday).toContain('This event is over.')
    expect(yesterday).not.toContain(link)
  })

  it('is marked as cancelled, and the calendar link stays for the cancellation', () => {
    const page = pageWith({ sequence: 1, cancelled: true })
    expect(page).toContain('This event has been cancelled.')
    expect(page).toContain('Update your calendar')
    expect(page).toContain(link)
  })

  it('has no calendar link after the end of the campaign', () => {
    for (const dead of [{ status: 'won' }, { status: 'closed' }, { doNotUseAfter: '2026-11-21' }] as const)
      expect(pageWith({}, dead)).not.toContain('event.ics')
  })
})

describe('the front page', () => {
  it('lists no draft, and expired campaigns only as past', () => {
    const draft = saying({ title: 'A draft' }, { slug: 'draft', status: 'draft' })
    const expired = saying({ title: 'An expired appeal' }, { slug: 'expired', doNotUseAfter: '2026-01-01' })
    const page = homeOf([draft, expired])
    expect(page).not.toContain('A draft')
    expect(page.indexOf('Earlier campaigns')).toBeLessThan(page.indexOf('An expired appeal'))
  })
})
