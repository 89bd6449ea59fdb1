import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Voice } from '../../src/actions/voice.ts'
import { publicFrom } from '../../src/actions/voices-shown.ts'
import { bundled } from '../../src/campaigns/bundled.gen.ts'
import { CampaignPage } from '../../src/campaigns/pages.tsx'
import type { PublicVoices } from '../../src/campaigns/voices.ts'
import { parseSettings } from '../../src/env.ts'
import { STYLE } from '../../src/kit/style.ts'
import { TEST_SETTINGS } from '../settings.ts'

/** Bytes a page may bring over the line, its style sheet included (DESIGN §6). */
const MAX_TRANSFERRED = 30_000
const { settings } = await parseSettings(TEST_SETTINGS)
const bakery = bundled.find(({ slug }) => slug === 'river-street-bakery')
const NOW = Date.parse('2026-11-20T12:00:00Z')

function page(locale: string, voices: PublicVoices | null, status: 'open' | 'closed' = 'open'): string {
  if (settings === undefined || bakery === undefined) throw new Error('no settings, or no demonstration')
  const campaign = { ...bakery, status }
  return String(
    <CampaignPage locale={locale} settings={settings} campaign={campaign} stamp="" now={NOW} voices={voices} />,
  )
}

/** The nth text of people who say different things in words of one language, of so many characters. */
function saying(n: number, chars: number): string {
  const words =
    'печь хлеб смена ночь вместе держитесь мы город рабочие солидарность вернуть каждый день письмо рука'.split(' ')
  let text = ''
  for (let i = 0, at = n * 7 + 1; text.length < chars; i++) {
    at = (at * 48_271 + i) % 2_147_483_647
    text += `${words[at % words.length]} `
  }
  return text.slice(0, chars).trim()
}

const many: Voice[] = [
  ...Array.from({ length: 60 }, (_, n): Voice => {
    return { kind: 'support', locale: 'ru', name: `Анна ${n}`, text: saying(n, 900), shown: true }
  }),
  ...Array.from({ length: 200 }, (_, n): Voice => {
    const [organisation, signer] = [`Союз ${saying(n, 24)}`, saying(n + 900, 14)]
    return { kind: 'endorsement', locale: 'ru', organisation, place: saying(n + 300, 8), signer, role: 'секретарь' }
  }),
  ...Array.from({ length: 4 }, (_, n): Voice => {
    return { kind: 'reply', locale: 'ru', target: 'inspector', date: `2026-11-0${n + 1}`, text: saying(n, 5_000) }
  }),
]

test('a page with as many voices as it shows stays within what it may bring over the line', () => {
  const shown = publicFrom(many)
  expect([shown.messages.length, shown.replies.map(({ date }) => date)]).toEqual([13, ['2026-11-02', '2026-11-01']])
  expect(shown.endorsements.length).toBeGreaterThan(150)
  const html = page('ru', shown)
  expect(html).toContain(shown.endorsements.at(-1)?.organisation)
  expect(gzipSync(html + STYLE).length).toBeLessThan(MAX_TRANSFERRED)
})

test('what somebody said is text on the page, in their own direction, whatever they typed', () => {
  const said = { name: '<b>Eve</b>', place: '"onload', text: '</p><script>alert(1)</script>\n\n{{ x }}' }
  const html = page('ar', { messages: [said], endorsements: [], replies: [] })
  expect(html).not.toMatch(/<script|<b>Eve/)
  expect(html).toContain('<p dir="auto">&lt;/p&gt;&lt;script&gt;')
})

test('a campaign that is over keeps what was said, and asks nobody to say more', () => {
  const shown = publicFrom(many)
  const [open, closed] = [page('en', shown), page('en', shown, 'closed')]
  for (const way of ['/support"', '/endorse"'])
    expect([open.includes(way), closed.includes(way)]).toEqual([true, false])
  expect(closed).toContain(shown.messages[0]?.name)
  expect(page('en', null, 'closed')).not.toContain('Organisations that support this')
})
