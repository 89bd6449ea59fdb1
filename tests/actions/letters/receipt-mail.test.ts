import { expect, test } from 'vitest'
import { lettersText } from '../../../src/actions/letters/letter.ts'
import type { WrittenLetter } from '../../../src/actions/letters/letter-delivery.ts'
import { receiptMail, toLetterOutcome } from '../../../src/actions/letters/mail/receipt-mail.ts'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import { compile } from '../../../src/emails/template/compile.ts'
import { MAX_HTML_BYTES, merge } from '../../../src/emails/template/merge.ts'
import { utf8 } from '../../../src/kit/bytes.ts'
import { ferry, LOCALES, paragraph, sender, wordsOf } from '../../support/campaign.ts'
import { elements, visibleText } from '../../support/html.ts'

const [director] = ferry.targets
if (director === undefined) throw new Error('the ferry has lost its target')
const MODEL =
  'Nobody should lose their work for refusing to be injured by it, and so I ask you to use your influence for the crew.'

/** A campaign with a letter to each of these targets, by language and name. */
const withTargets = (...targets: Array<{ locale: string; name: string; zone?: string }>): Campaign => ({
  ...ferry,
  targets: targets.map((one) => ({
    ...director,
    ...one,
    id: one.name,
    salutation: `Dear ${one.name}`,
    ladder: ['each'],
  })),
  words: Object.fromEntries(
    LOCALES.map((locale) => [locale, { ...wordsOf(locale), letter: [paragraph(`${MODEL} (${locale})`)] }]),
  ),
})

const draft = {
  locale: 'en',
  email: 'anna@example.org',
  name: 'Anna',
  place: 'Farhaven',
  sentence: 'I sail with them.',
  shown: false,
  updates: false,
}

async function receiptOf(campaign: Campaign, letters: readonly WrittenLetter[], locale = 'en') {
  const written = { ...draft, locale }
  const outcomes = letters.map((letter) => toLetterOutcome(letter, new Set(), false))
  const confirmed = { ...written, letters: lettersText(campaign, written, sender.publicUrl) }
  const { values } = receiptMail(campaign, 'd', confirmed, outcomes, true)
  const { template } = await compile({ email: 'receipt', locale, campaign, sender })
  return merge(template, values)
}

const accepted = (target: string, at: string): WrittenLetter => ({
  target,
  revision: 'r',
  at: Date.parse(at),
  status: 'accepted',
})

test('a receipt says of each letter on which day it was taken, by the clock of its target', async () => {
  const campaign = withTargets(
    { locale: 'en', name: 'Mayor', zone: 'Pacific/Auckland' },
    { locale: 'en', name: 'Ministry', zone: 'America/Lima' },
    { locale: 'en', name: 'Line' },
  )
  const { html, text } = await receiptOf(campaign, [
    accepted('Mayor', '2026-11-30T12:00:08Z'),
    accepted('Ministry', '2026-12-01T03:30:00Z'),
    accepted('Line', '2026-12-04T23:59:00Z'),
  ])
  const days = [
    'Mayor: their mail server accepted it on 1 December 2026.',
    'Ministry: their mail server accepted it on 30 November 2026.',
    'Line: their mail server accepted it on 4 December 2026.',
  ]
  expect(elements(html, 'li').map(({ text }) => text)).toEqual(days)
  for (const day of days) expect(text).toContain(`- ${day}`)
})

test('a receipt has one letter for each language, and says who else gets it', async () => {
  const names = Array.from({ length: 8 }, (_, n) => `Office ${n + 1}`)
  const campaign = withTargets(...names.map((name, n) => ({ name, locale: n === 5 ? 'ru' : 'en' })))
  const { html, text } = await receiptOf(
    campaign,
    names.map((name) => accepted(name, '2026-11-30T12:00:00Z')),
  )
  for (const part of [visibleText(html), text.replace(/\s+/g, ' ')]) {
    expect(part.split(`${MODEL} (en)`)).toHaveLength(2)
    expect(part.split(`${MODEL} (ru)`)).toHaveLength(2)
    expect(part).toContain('Dear Office 1,')
    expect(part).toContain('is addressed to: Office 2, Office 3, Office 4, Office 5, Office 7, Office 8.')
  }
  expect(utf8(html).length).toBeLessThan(MAX_HTML_BYTES / 4)
})

test('a receipt’s letters run in the direction of their own words, in paragraphs without breaks', async () => {
  const campaign = withTargets({ locale: 'en', name: 'Mayor' })
  const { html } = await receiptOf(campaign, [accepted('Mayor', '2026-11-30T12:00:00Z')], 'ar')
  const letter = elements(html, 'p').find(({ text }) => text.includes(MODEL))
  expect(letter?.attributes.dir).toBe('auto')
  expect(letter?.attributes.style).toContain('text-align:start')
  expect(html).toContain(`${MODEL} (en)</p>`)
})

test('the receipt of a draft that was confirmed earlier, with a letter to each target, is still made', async () => {
  const campaign = withTargets({ locale: 'en', name: 'Mayor' })
  const earlier = {
    ...draft,
    letters: `Dear Mayor,\n\n${MODEL.slice(0, 74)}\n${MODEL.slice(75)}\n\nAnna\nFarhaven\n\n* * *\n\nDear Line,`,
  }
  const outcomes = [toLetterOutcome(accepted('Mayor', '2026-11-30T12:00:00Z'), new Set(), false)]
  const { template } = await compile({ email: 'receipt', locale: 'en', campaign, sender })
  const { html } = merge(template, receiptMail(campaign, 'd', earlier, outcomes, true).values)
  expect(html).toContain('Anna<br>Farhaven')
  expect(elements(html, 'hr').length).toBeGreaterThan(0)
})
