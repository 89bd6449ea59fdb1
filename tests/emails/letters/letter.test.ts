import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import { ownLetter } from '../../../src/campaigns/own-mailbox-letter.ts'
import { proseText } from '../../../src/campaigns/text/prose-text.ts'
import { letterProse, letterTemplate } from '../../../src/emails/letters/letter.ts'
import { letterSheets } from '../../../src/emails/letters/letter-sheets.ts'
import { merge } from '../../../src/emails/template/merge.ts'
import { translator } from '../../../src/kit/page-texts.ts'
import { ferry, LOCALES, paragraph, sender, wordsOf } from '../../support/campaign.ts'
import { visibleText } from '../../support/html.ts'

const [target] = ferry.targets
if (target === undefined) throw new Error('the ferry has a target')

const SITE = 'https://act.example.org'
const MODEL = 'Nobody should lose their work for it.'
const DEMANDS = ['Take the crew back.', 'Pay the days.']

/** A model letter of one paragraph, and of a list of the demands. */
const campaign: Campaign = {
  ...ferry,
  words: { en: { ...wordsOf('en'), demands: DEMANDS, letter: [paragraph(MODEL), ...DEMANDS.map(paragraph)] } },
}

const sentences = fc
  .array(fc.constantFrom('sail', 'Тарас', 'أكتب', 'crew', '1,010'), { minLength: 2, maxLength: 8 })
  .map((words) => `I say: ${words.join(' ')}`)

/** The order in which parts stand in a text, whose lines may be wrapped. */
const order = (text: string, ...parts: string[]) => {
  const flat = text.replace(/\s+/g, ' ').replace(/[\u2066-\u2069]/g, '')
  return parts.toSorted((a, b) => flat.indexOf(a) - flat.indexOf(b)).filter((part) => flat.includes(part))
}

test('the writer’s own sentence stands between salutation and model letter, and the name ends the letter', () => {
  fc.assert(
    fc.property(sentences, (sentence) => {
      const writer = { name: 'Anna Example', place: 'Farhaven', sentence }
      const { html, text } = merge(letterTemplate(campaign, target, writer, sender), {})
      const sheet = letterSheets(campaign, target, [{ ...writer, text: sentence }], Date.UTC(2026, 10, 28), SITE)
      const pdf = proseText(letterProse(campaign, target, writer))
      const expected = ['Dear director', sentence, MODEL, ...DEMANDS, 'Anna Example']
      for (const letter of [visibleText(html), text, visibleText(sheet), pdf])
        expect(order(letter, ...expected.toReversed())).toEqual(expected)
    }),
  )
})

test('a letter from the own mailbox has the place for the sentence after the salutation, also if it is cut for a link', () => {
  const t = translator('en')
  const long = { ...campaign, words: { en: { ...wordsOf('en'), letter: Array(40).fill(paragraph(MODEL)) } } }
  for (const one of [campaign, long]) {
    const { text, links } = ownLetter(one, target, () => `${SITE}/en/campaigns/ferry`)
    const body = new URL(links?.mailto ?? '').searchParams.get('body') ?? ''
    const expected = ['Dear director', t('write.own'), MODEL, t('write.name')]
    for (const letter of [text, body]) expect(order(letter, ...expected.toReversed())).toEqual(expected)
  }
})

test('a letter that others read in Cc names the address to write to, in the target’s language, and has no link to choose', () => {
  const writer = { name: 'Anna Example', sentence: 'I sail with them.' }
  for (const locale of LOCALES) {
    const one = { ...campaign, words: { [locale]: { ...wordsOf(locale), letter: [paragraph(MODEL)] } } }
    const read = { ...target, locale }
    const noted = merge(letterTemplate(one, read, writer, sender, { writeTo: 'desk@example.org' }), {})
    for (const part of [noted.text, visibleText(noted.html)]) expect(part).toContain('desk@example.org')
    const linked = merge(letterTemplate(one, read, writer, sender, { page: `${SITE}/choose` }), {})
    expect(linked.text).toContain(`${SITE}/choose`)
    expect(linked.text).not.toContain('desk@example.org')
  }
})
