import { describe, expect, it } from 'vitest'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import { campaignStatus } from '../../../src/campaigns/page-status.ts'
import { EmbedPage } from '../../../src/campaigns/pages/embed.tsx'
import { SharePage } from '../../../src/campaigns/pages/more/share-page.tsx'
import { CampaignPage } from '../../../src/campaigns/pages/pages.tsx'
import { mailtoLink } from '../../../src/campaigns/pages/share.tsx'
import { withTerritory } from '../../../src/web/share-card.tsx'
import { elements as elementsOf } from '../../support/html.ts'
import { testSettings } from '../../support/supporter-world.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const settings = await testSettings()
const sample = bundled.find(({ slug }) => slug === 'river-street-bakery')
if (sample === undefined) throw new Error('the demonstration appeal is not bundled')

const changed = (changes: Partial<Campaign>): Campaign => ({ ...sample, people: [], ...changes })
const lapsed = changed({
  people: [{ id: 'mara', naming: 'named', as: 'Mara', role: 'speaker', atRisk: true, until: '2026-11-01' }],
})
const expired = changed({ doNotUseAfter: '2026-11-01' })

const pageOf = (campaign: Campaign, locale = 'en') =>
  String(<CampaignPage locale={locale} settings={settings} campaign={campaign} stamp="stamp" now={now} />)

/** Attributes of every element of a name, as parse5 reads the page. */
const elements = (html: string, name: string): Record<string, string>[] =>
  elementsOf(html, name).map(({ attributes }) => attributes)
const metas = (html: string): Record<string, string[]> => {
  const all: Record<string, string[]> = {}
  for (const { property, name, content } of elements(html, 'meta')) {
    const key = property ?? name
    if (key !== undefined && content !== undefined) all[key] = [...(all[key] ?? []), content]
  }
  return all
}
const canonicalOf = (html: string) => elements(html, 'link').find(({ rel }) => rel === 'canonical')?.href

describe('the link preview of a campaign', () => {
  it.each(settings.locales)('is its title, summary, address and picture, in %s', (locale) => {
    const page = pageOf(sample, locale)
    const { title, summary } = sample.words[locale] ?? {}
    const url = `${settings.publicUrl}/${locale}/campaigns/${sample.slug}`
    const tags = metas(page)
    expect(tags).toMatchObject({
      'og:title': [title],
      'og:description': [summary],
      description: [summary],
      'og:url': [url],
      'og:type': ['article'],
      'og:site_name': [settings.senderName],
      'og:image:width': ['1200'],
      'og:image:height': ['630'],
      'twitter:card': ['summary_large_image'],
    })
    expect(canonicalOf(page)).toBe(url)
    expect(tags['og:image']).toEqual([
      expect.stringMatching(new RegExp(`^${url}/picture\\.png\\?v=[0-9a-f]{12}-open$`)),
    ])
    expect(tags['og:image:alt']?.[0]).toContain(title)
    expect(tags['twitter:image:alt']).toEqual(tags['og:image:alt'])
    expect(tags['og:locale']?.[0]).toMatch(new RegExp(`^${locale}_[A-Z]{2}$`))
  })

  it('is in English and marked as English when the campaign lacks the reader’s language', () => {
    const { en } = sample.words
    if (en === undefined) throw new Error('no English')
    const page = pageOf(changed({ words: { en } }), 'ar')
    const tags = metas(page)
    expect(tags['og:title']).toEqual([en.title])
    expect(tags['og:locale']).toEqual(['en_GB'])
    expect(tags['og:url']).toEqual([canonicalOf(page)])
    expect(tags['og:image']?.[0]).toContain('/en/campaigns/')
  })

  it('is absent for a campaign that may not be mentioned elsewhere', () => {
    for (const campaign of [lapsed, expired]) {
      const page = pageOf(campaign)
      expect(Object.keys(metas(page)).filter((key) => /^(og|twitter):/.test(key))).toEqual([])
      expect(page).not.toContain('picture.png')
    }
  })

  it('names the territory that CLDR finds likely', () => {
    expect(['en', 'ru', 'kk', 'ar', 'zh-Hant', 'pt-BR'].map(withTerritory)).toEqual([
      'en_GB',
      'ru_RU',
      'kk_KZ',
      'ar_EG',
      'zh_TW',
      'pt_BR',
    ])
  })
})

describe('sharing a campaign', () => {
  it('uses the plain address or a mail, and neither reveals who shared', () => {
    for (const locale of settings.locales) {
      const page = String(<SharePage locale={locale} settings={settings} campaign={sample} />)
      const address = elements(page, 'input').find(({ id }) => id === 'share-url')?.value
      expect(address).toBe(canonicalOf(pageOf(sample, locale)))
      const mail = new URL(elements(page, 'a').find(({ href }) => href?.startsWith('mailto:?'))?.href ?? '')
      expect([...mail.searchParams.keys()]).toEqual(['subject', 'body'])
      expect(mail.searchParams.get('subject')).toBe(sample.words[locale]?.title)
      expect(mail.searchParams.get('body')).toBe(address)
    }
  })

  it('preserves every character of a title in the mail', () => {
    const title = 'Wages & “rights” + 100 %? Yes: a=b #1'
    expect(new URL(mailtoLink(title, 'x')).searchParams.get('subject')).toBe(title)
  })

  it('is offered only while a campaign is open', () => {
    for (const campaign of [changed({ status: 'won' }), changed({ status: 'closed' }), lapsed, expired])
      expect(pageOf(campaign)).not.toContain('/share"')
    expect(pageOf(sample)).toContain('/share"')
  })
})

describe('a campaign in a frame', () => {
  const frameOf = (campaign: Campaign, locale = 'en') => {
    const status = campaignStatus(campaign, now)
    const props = { locale, settings, campaign, status, stamp: 'stamp' }
    return String(<EmbedPage {...props} />)
  }

  it('opens links in new tabs, and its form stays in the frame', () => {
    const frame = frameOf(sample)
    const leading = elements(frame, 'a').filter(({ href }) => !href?.startsWith('#'))
    expect(leading.map(({ target, rel }) => `${target} ${rel}`)).toEqual(leading.map(() => '_blank noopener'))
    expect(leading.map(({ href }) => href)).toContain(`/en/campaigns/${sample.slug}`)
    expect(elements(frame, 'form').map(({ action }) => action)).toEqual([`/embed/${sample.slug}?lang=en`])
  })

  it('has a notice when the campaign is over, and no word of a campaign that may not be mentioned', () => {
    const { title = '', summary = '' } = sample.words.en ?? {}
    expect(frameOf(changed({ status: 'closed' }))).toContain('This campaign is closed')
    for (const [campaign, why] of [
      [lapsed, 'is under review'],
      [expired, 'This appeal ended on 1 November 2026'],
    ] as const) {
      const frame = frameOf(campaign)
      expect(frame).toContain(why)
      expect(frame).not.toContain(title)
      expect(frame).not.toContain(summary)
      expect(frame).not.toContain(`/campaigns/${sample.slug}`)
    }
  })
})
