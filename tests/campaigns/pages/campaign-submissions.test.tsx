import { expect, test } from 'vitest'
import { toPublicSubmissions } from '../../../src/actions/submissions/shown-submissions.ts'
import type { Submission } from '../../../src/actions/submissions/submission.ts'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import { countersSchema } from '../../../src/campaigns/counters.ts'
import { CampaignPage } from '../../../src/campaigns/pages/pages.tsx'
import type { PublicSubmissions } from '../../../src/campaigns/public-submissions.ts'
import { emailStrings } from '../../../src/emails/bundled.gen.ts'
import { pageStrings } from '../../../src/kit/page-strings.gen.ts'
import { testSettings } from '../../support/supporter-world.ts'
import { wholeCase } from '../../support/whole-case.ts'
import { MAX_WIRE_BYTES, wireBytes } from '../../support/wire-bytes.ts'

const settings = await testSettings()
const bakery = bundled.find(({ slug }) => slug === 'river-street-bakery')
const NOW = Date.parse('2026-11-20T12:00:00Z')

function page(locale: string, submissions: PublicSubmissions | null, status: 'open' | 'closed' = 'open'): string {
  if (bakery === undefined) throw new Error('no demonstration')
  const campaign = { ...bakery, status }
  return String(
    <CampaignPage
      locale={locale}
      settings={settings}
      campaign={campaign}
      stamp=""
      now={NOW}
      submissions={submissions}
      counters={COUNTED}
    />,
  )
}

function whole(locale: string, submissions: PublicSubmissions | null, status: 'open' | 'closed' = 'open') {
  if (bakery === undefined) throw new Error('no demonstration')
  return wholeCase(settings, { ...bakery, status }, locale, NOW, { counters: COUNTED, submissions })
}

/** Russian prose of the bundled campaigns, by sentence. Repeated words would compress too well for a size test. */
const PROSE = bundled
  .map((campaign) => JSON.stringify(campaign.words.ru ?? ''))
  .concat(Object.values(pageStrings.ru ?? {}), Object.values(emailStrings.ru ?? {}))
  .join(' ')
  .replace(/[^\p{Script=Cyrillic}.,:!? ]+/gu, ' ')
  .replace(/ +/g, ' ')

let at = 0
/** Text of a length, which no earlier call returned. */
function saying(chars: number): string {
  if (at + chars > PROSE.length) throw new Error('there is no more prose: every text must be another')
  at += chars
  return PROSE.slice(at - chars, at).trim()
}

const many: Submission[] = [
  ...Array.from({ length: 60 }, (_, n): Submission => {
    return { kind: 'support', locale: 'ru', name: `Анна ${n}`, text: saying(280), shown: true }
  }),
  ...Array.from({ length: 200 }, (): Submission => {
    const [organisation, place, signer] = [saying(24), saying(8), saying(14)]
    return { kind: 'endorsement', locale: 'ru', organisation, place, signer, role: 'секретарь' }
  }),
  ...Array.from({ length: 4 }, (_, n): Submission => {
    return { kind: 'reply', locale: 'ru', target: 'inspector', date: `2026-11-0${n + 1}`, text: saying(2_900) }
  }),
]

/** Counters that make every part of the page visible. */
const COUNTED = countersSchema.parse({
  ...{ confirmed: 12_345, accepted: 23_456, refused: 345, waiting: 4_567, cancelled: 0, uncertain: 0, copies: 23_456 },
  ...{ ownMailbox: 3_456, paper: 234, support: 2_345, endorsements: 345 },
  countries: Object.fromEntries(
    'NO SE DK FI DE FR ES IT PL UA KZ GB IE BE NL PT GR TR US CA'.split(' ').map((c, n) => [c, 900 - n * 41]),
  ),
})

test('every part of a case with the most submissions is small, and together they have all that may be shown', async () => {
  const shown = toPublicSubmissions(many)
  expect(shown.messages.length).toBeGreaterThan(25)
  expect(shown.replies.map(({ date }) => date)).toEqual(['2026-11-03', '2026-11-02', '2026-11-01'])
  expect(shown.endorsements.length).toBeGreaterThan(120)
  const parts = (await whole('ru', shown)).split('\n<!DOCTYPE')
  const html = parts.join('')
  for (const { organisation } of shown.endorsements) expect(html).toContain(organisation)
  for (const { name } of shown.messages) expect(html).toContain(name)
  expect(html).toContain(pageStrings.ru?.['campaign.endorsements-newest']) // of 345
  expect(parts.length).toBeGreaterThan(3)
  for (const part of parts) expect(wireBytes(part, settings)).toBeLessThanOrEqual(MAX_WIRE_BYTES)
})

test('a submission is shown as text, in its own direction, whatever a person typed', async () => {
  const said = { name: '<b>Eve</b>', place: '"onload', text: '</p><script>alert(1)</script>\n\n{{ x }}' }
  const html = await whole('ar', { messages: [said], endorsements: [], replies: [] })
  expect(html).not.toMatch(/<script|<b>Eve/)
  expect(html).toContain('<p dir="auto">&lt;/p&gt;&lt;script&gt;')
})

test('a campaign that is over shows submissions and no invitation to write', async () => {
  const shown = toPublicSubmissions(many)
  const [open, closed] = [page('en', shown), page('en', shown, 'closed')]
  for (const way of ['/support"', '/endorse"'])
    expect([open.includes(way), closed.includes(way)]).toEqual([true, false])
  expect(await whole('en', shown, 'closed')).toContain(shown.messages[0]?.name)
  expect(await whole('en', null, 'closed')).not.toContain('Organisations that support this')
})
