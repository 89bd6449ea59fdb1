import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import { finishedPage } from '../../../src/campaigns/pages/finished-page.tsx'
import { CampaignPage } from '../../../src/campaigns/pages/pages.tsx'
import { utf8 } from '../../../src/kit/bytes.ts'
import { testSettings } from '../../support/supporter-world.ts'

const settings = await testSettings()
const now = Date.parse('2026-11-22T12:00:00Z')
const counters = null
const submissions = null

const rendered = (campaign: Campaign, locale: string, stamp: string, at = now) =>
  utf8(String(<CampaignPage {...{ locale, settings, campaign, stamp, counters, submissions }} now={at} />))
const finished = (campaign: Campaign, locale: string, stamp: string, at = now) =>
  finishedPage(settings, campaign, { locale, now: at, counters, submissions }, stamp)

test.each(bundled.map((campaign) => [campaign.slug, campaign] as const))(
  'the page of %s has in every language the bytes of a page rendered for this one reader, first and later',
  async (_, campaign) => {
    for (const locale of settings.locales)
      for (const stamp of ['first', 'a-later_one'])
        expect(await finished(campaign, locale, stamp)).toEqual(rendered(campaign, locale, stamp))
  },
)

test('so has a page with any words, also where a letter takes several bytes or is half a pair', async () => {
  const [campaign] = bundled
  const en = campaign?.words.en
  if (campaign === undefined || en === undefined) throw new Error('no campaign is bundled')
  const words = fc.string({
    unit: fc.oneof(fc.constantFrom('Ж', 'é', '語', '😀', 'ك', '\ud83d', '&', '<'), fc.string()),
  })
  await fc.assert(
    fc.asyncProperty(words, words, async (title, summary) => {
      const changed = { ...campaign, words: { en: { ...en, title, summary } } }
      for (const stamp of ['first', 'later'])
        expect(await finished(changed, 'en', stamp)).toEqual(rendered(changed, 'en', stamp))
    }),
    { numRuns: 30 },
  )
})

test('a page that one reader got is not changed by another’s, nor by writing into it', async () => {
  const [campaign] = bundled
  if (campaign === undefined) throw new Error('no campaign is bundled')
  const page = await finished(campaign, 'en', 'one')
  await finished(campaign, 'en', 'two')
  expect(page).toEqual(rendered(campaign, 'en', 'one'))
  page.fill(0)
  expect(await finished(campaign, 'en', 'one')).toEqual(rendered(campaign, 'en', 'one'))
})

test('a page shows from the day on what the day changes', async () => {
  const open = bundled.find(({ status }) => status === 'open')
  if (open === undefined) throw new Error('no open campaign is bundled')
  const ending = { ...open, doNotUseAfter: '2026-11-22' }
  for (const at of [now, now + 3 * 86_400_000, now])
    expect(await finished(ending, 'en', 'x', at)).toEqual(rendered(ending, 'en', 'x', at))
})
