import { expect, test } from 'vitest'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import { countersSchema } from '../../../src/campaigns/counters.ts'
import { finishedPage } from '../../../src/campaigns/pages/finished-page.tsx'
import { morePages } from '../../../src/campaigns/pages/more/more-page.tsx'
import { SharePage } from '../../../src/campaigns/pages/more/share-page.tsx'
import type { VersionedSubmissions } from '../../../src/campaigns/public-submissions.ts'
import { lengthenedCampaign, shuffledWords } from '../../support/long-campaign.ts'
import { testSettings } from '../../support/supporter-world.ts'
import { MAX_WIRE_BYTES, wireBytes } from '../../support/wire-bytes.ts'

const settings = await testSettings()
const now = Date.parse('2026-11-22T12:00:00Z')
const STAMP = 'x'.repeat(60)
const TIMES = 3
const counters = countersSchema.parse({
  ...{ confirmed: 123_456, accepted: 98_765, refused: 4_321, waiting: 1_234, cancelled: 9, uncertain: 8, copies: 77 },
  countries: Object.fromEntries(
    'DE FR KZ RU ES TR EG GB US BR AR IT PL NO FI SE'.split(' ').map((c, n) => [c, n + 90]),
  ),
  ...{ support: 345, endorsements: 210, ownMailbox: 56, paper: 78 },
})

/** Many submissions, each in other words. */
function submissionsIn(campaign: Campaign, locale: string): VersionedSubmissions {
  const say = shuffledWords(campaign, locale, 7)
  const many = <T,>(count: number, one: () => T): T[] => Array.from({ length: count }, one)
  return {
    version: 'v',
    messages: many(30, () => ({ name: say(14), text: say(400) })),
    endorsements: many(100, () => ({ organisation: say(30), place: say(9), signer: say(16), role: say(10) })),
    replies: campaign.targets.map(({ id: target }) => ({ target, date: '2026-11-20', locale, text: say(1_500) })),
  }
}

type Case = { campaign: Campaign; busy: boolean; what: string }
const cases: Case[] = bundled.flatMap((campaign) => {
  const long = lengthenedCampaign(campaign, settings.locales, TIMES, 1)
  return (['open', 'won', 'closed'] as const).flatMap((status) => [
    { campaign: { ...campaign, status }, busy: false, what: status },
    {
      campaign: { ...long, status, riskyIn: ['KZ', 'RU', 'BY', 'TR'] },
      busy: true,
      what: `${status}, three times as long`,
    },
  ])
})

/** Sizes above the limit, one line each, and the largest. */
async function tooLarge(sizes: (one: Case, locale: string) => Promise<number[]>): Promise<string[]> {
  const found: string[] = []
  for (const one of cases)
    for (const locale of settings.locales)
      for (const [index, bytes] of (await sizes(one, locale)).entries())
        if (bytes > MAX_WIRE_BYTES)
          found.push(`${locale} ${one.campaign.slug} ${one.what}, part ${index + 1}: ${bytes}`)
  return found
}

const stateOf = ({ campaign, busy }: Case, locale: string) => ({
  ...{ locale, now },
  counters: busy ? counters : null,
  submissions: busy ? submissionsIn(campaign, locale) : null,
})

test('the page of every campaign, also of one three times as long, arrives in 10,000 bytes in every language', async () => {
  const found = await tooLarge(async (one, locale) => [
    wireBytes(await finishedPage(settings, one.campaign, stateOf(one, locale), STAMP), settings),
  ])
  expect(found).toEqual([])
})

test('so does every part of the whole case', async () => {
  const found = await tooLarge(async (one, locale) => {
    const parts = await morePages(settings, one.campaign, stateOf(one, locale))
    return parts.map((part) => wireBytes(part, settings))
  })
  expect(found).toEqual([])
})

test('so does the page for sharing', async () => {
  const found = await tooLarge(async ({ campaign }, locale) => [
    wireBytes(String(<SharePage locale={locale} settings={settings} campaign={campaign} />), settings),
  ])
  expect(found).toEqual([])
})
