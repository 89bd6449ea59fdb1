import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { localesOf, mailBlockedBy } from '../../src/campaigns/campaign.ts'
import { readCampaign } from '../../src/campaigns/source/read-campaign.ts'
import type { Prose } from '../../src/campaigns/text/prose.ts'
import { campaignFolders } from '../../src/cli/campaign-folders.ts'

const EMAIL = /[\w.+-]+@[\w-]+(\.[\w-]+)+/gu
/** Domains reserved by RFC 2606 and RFC 6761; mail there reaches nobody. */
const RESERVED = /@([\w-]+\.)*(example\.(org|com|net)|[\w-]+\.(invalid|test|example))$/

const folders = campaignFolders(join(import.meta.dirname, '../../campaigns'))
const read = await Promise.all(folders.map(({ slug, files }) => readCampaign(slug, files)))
const campaigns = read.flatMap(({ campaign }) => (campaign === undefined ? [] : [campaign]))

describe('the campaigns that ship', () => {
  test('are six, without a fault', () => {
    expect(read.flatMap(({ faults }) => faults)).toEqual([])
    expect(campaigns.map(({ slug }) => slug)).toHaveLength(6)
  })

  test('have no stale translation', () => {
    for (const { slug, words } of campaigns)
      expect({ slug, stale: Object.keys(words).filter((locale) => words[locale]?.stale) }).toEqual({ slug, stale: [] })
  })

  test('have the same number of demands, sections and updates in every language', () => {
    const outline = (locale: string, words: Record<string, unknown>) => {
      const { demands, updates, ...parts } = words
      const sections = Object.entries(parts)
        .filter(([, part]) => Array.isArray(part))
        .map(([name, part]) => [name, kindsIn(part as Prose)])
      const days = (updates as Array<{ id: string; body: Prose }>).map(({ id, body }) => [id, kindsIn(body)])
      return { locale, demands: (demands as unknown[]).length, sections, days }
    }
    for (const { words } of campaigns)
      for (const locale of Object.keys(words))
        expect(outline(locale, { ...words[locale] })).toEqual({ ...outline('en', { ...words.en }), locale })
  })

  test('contain no e-mail address that could reach a person', () => {
    for (const { files } of folders)
      for (const text of Object.values(files))
        for (const [address] of text.matchAll(EMAIL)) expect(address).toMatch(RESERVED)
  })

  test('keep addresses out of prose', () => {
    for (const { files } of folders)
      for (const [name, text] of Object.entries(files)) if (name.endsWith('.md')) expect(text.match(EMAIL)).toBeNull()
  })

  test('have one open appeal, marked as invented, in six languages', () => {
    const open = campaigns.filter(({ kind, status }) => kind === 'appeal' && status === 'open')
    expect(open.map(({ slug, invented }) => ({ slug, invented }))).toEqual([
      { slug: 'river-street-bakery', invented: true },
    ])
    expect(open.flatMap(localesOf).toSorted()).toEqual(['ar', 'en', 'es', 'fr', 'kk', 'ru'])
    const inTenYears = Date.parse('2036-01-01T00:00:00Z')
    expect(open.map((campaign) => mailBlockedBy(campaign, 'appeal', inTenYears))).toEqual([null])
  })
})

const kindsIn = (prose: Prose): string[] => prose.map((block) => block.kind)
