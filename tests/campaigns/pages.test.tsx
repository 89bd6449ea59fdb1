import { describe, expect, it } from 'vitest'
import { bundled } from '../../src/campaigns/bundled.gen.ts'
import type { Campaign, Words } from '../../src/campaigns/campaign.ts'
import { CampaignPage, HomePage } from '../../src/campaigns/pages.tsx'
import { testSettings } from '../support/supporter-world.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const settings = await testSettings()
const sample = bundled.find(({ slug }) => slug === 'river-street-bakery')
if (sample === undefined) throw new Error('the demonstration appeal is not bundled')

const saying = (words: Partial<Words>, changed: Partial<Campaign> = {}): Campaign => {
  const { en } = sample.words
  if (en === undefined) throw new Error('the demonstration appeal is not in English')
  return { ...sample, people: [], ...changed, words: { en: { ...en, ...words } } }
}
const pageOf = (campaign: Campaign, locale = 'en') =>
  String(<CampaignPage locale={locale} settings={settings} campaign={campaign} stamp="stamp" now={now} />)
const homeOf = (campaigns: Campaign[]) =>
  String(<HomePage locale="en" settings={settings} campaigns={campaigns} stamp="stamp" now={now} />)

describe('the page of a campaign', () => {
  it('shows markup and template code in an organiser’s words as text', () => {
    const hostile = `<script>alert(1)</script> {{ secret }} "quoted"`
    const page = pageOf(
      saying({ title: hostile, appeal: [{ kind: 'paragraph', children: [{ kind: 'text', text: hostile }] }] }),
    )
    expect(page).not.toContain('<script')
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; {{ secret }} &quot;quoted&quot;')
  })

  it('loads no picture from elsewhere, which would tell a third party who reads it, but leads to it', () => {
    const image = (url: string): Words['appeal'] => [
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

describe('the front page', () => {
  it('lists no draft, and what has expired only among what is past', () => {
    const draft = saying({ title: 'A draft' }, { slug: 'draft', status: 'draft' })
    const expired = saying({ title: 'An expired appeal' }, { slug: 'expired', doNotUseAfter: '2026-01-01' })
    const page = homeOf([draft, expired])
    expect(page).not.toContain('A draft')
    expect(page.indexOf('Earlier campaigns')).toBeLessThan(page.indexOf('An expired appeal'))
  })
})
