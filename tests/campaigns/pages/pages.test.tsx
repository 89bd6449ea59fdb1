import { describe, expect, it } from 'vitest'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import type { Campaign, CampaignWords } from '../../../src/campaigns/campaign.ts'
import { CampaignPage, HomePage } from '../../../src/campaigns/pages/pages.tsx'
import { testSettings } from '../../support/supporter-world.ts'

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
  it('warns people in countries where taking part is risky before any form, and nobody in a campaign that names none', () => {
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

  it('loads no picture from elsewhere, which would tell a third party who reads it, but leads to it', () => {
    const image = (url: string): CampaignWords['appeal'] => [
      { kind: 'paragraph', children: [{ kind: 'image', url, alt: 'The picket' }] },
    ]
    expect(pageOf(saying({ appeal: image('https://elsewhere.example/a.png') }))).not.toContain('<img')
    expect(pageOf(saying({ appeal: image('/a.png') }))).toContain('<img src="/a.png" alt="The picket"')
  })

  it('shows not a word of a case whose names may no longer be read, title and description included', () => {
    const until = '2026-11-01'
    const lapsed = saying(
      { title: 'Free Mara Linden', summary: 'Mara Linden was dismissed.' },
      { people: [{ id: 'mara', naming: 'named', as: 'Mara Linden', role: 'speaker', atRisk: true, until }] },
    )
    expect(pageOf(lapsed)).not.toContain('Mara Linden')
    expect(homeOf([lapsed])).not.toContain('Mara Linden')
  })

  it('says when a translation is behind, and where the newer text is', () => {
    const page = pageOf(saying({ stale: true }))
    expect(page).toContain('This translation is behind the English text')
    expect(page).toContain(`href="/en/campaigns/${sample.slug}" hreflang="en"`)
  })

  it('shows every way to every target', () => {
    const page = pageOf(sample)
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

  it('is told by the clock of its place, with the name of that clock, and offered for the reader’s calendar', () => {
    const page = pageWith({})
    expect(page).toContain('Sunday, 22 November 2026, 11:00–13:00 (Greenwich Mean Time)')
    expect(page).toContain('<time datetime="2026-11-22T11:00:00.000Z">')
    expect(page).toContain(link)
    expect(page).not.toMatch(/This is over|This has been cancelled/)
  })

  it('is said to be over from its end on, or from the end of its day when no end is stated', () => {
    const { end: _, ...open } = picket
    expect(pageWith({ end: '2026-11-22T12:00' })).toContain('This is over.')
    expect(pageOf(saying({}, { events: [open] }))).not.toContain('This is over.')
    const yesterday = pageOf(saying({}, { events: [{ ...open, start: '2026-11-21T20:00' }] }))
    expect(yesterday).toContain('This is over.')
    expect(yesterday).not.toContain(link)
  })

  it('is said to be cancelled, and whoever has it in a calendar can cross it out', () => {
    const page = pageWith({ sequence: 1, cancelled: true })
    expect(page).toContain('This has been cancelled.')
    expect(page).toContain('Update your calendar')
    expect(page).toContain(link)
  })

  it('is not offered for a calendar any more once the campaign is over', () => {
    for (const dead of [{ status: 'won' }, { status: 'closed' }, { doNotUseAfter: '2026-11-21' }] as const)
      expect(pageWith({}, dead)).not.toContain('event.ics')
  })
})

describe('the front page', () => {
  it('lists no draft, and what has expired only among what is past', () => {
    const draft = saying({ title: 'A draft' }, { slug: 'draft', status: 'draft' })
    const expired = saying({ title: 'An expired appeal' }, { slug: 'expired', doNotUseAfter: '2026-01-01' })
    const page = homeOf([draft, expired])
    expect(page).not.toContain('A draft')
    expect(page.indexOf('Earlier campaigns')).toBeLessThan(page.indexOf('An expired appeal'))
  })
})
