import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bundled } from '../../../src/campaigns/bundled.gen.ts'
import { ownLetter } from '../../../src/campaigns/own-mailbox-letter.ts'
import { printedLetters } from '../../../src/campaigns/print/letter-sheet.ts'
import { demandsBelow } from '../../../src/campaigns/text/letter-demands.ts'
import { campaignIn, DEFINITION, ENGLISH } from '../folder.ts'

const DEMANDS = ['Take back the four.', 'Mend the gate, and let it be looked at!', 'Pay the nights']
const asked = async (letter: string) => {
  const english = ENGLISH.replace('Open the gate.\n', `${letter}\n`)
  const yaml = DEFINITION.replace(
    'email: [director@example.org]',
    'email: [director@example.org]\n      fax: ["+999 555 0101"]',
  )
  return campaignIn({
    'campaign.yaml': yaml.replace('ladder: [own-mailbox]', 'ladder: [own-mailbox, paper]'),
    'en.md': english.replace('---\n\n## Appeal', `demands: ${JSON.stringify(DEMANDS)}\n---\n\n## Appeal`),
  })
}
const now = Date.parse('2026-03-02T12:00:00Z')

/** How often each of the two kinds of letter prints the demands below the model letter. */
async function below(letter: string): Promise<[sheet: boolean, mail: boolean]> {
  const campaign = await asked(letter)
  const settings = { publicUrl: new URL('https://act.example.org').origin }
  const [printed] = printedLetters({ locale: 'en', settings, campaign }, now)
  const [target] = campaign.targets
  if (printed === undefined || target === undefined) throw new Error('the campaign has no sheet')
  const { text } = ownLetter(campaign, target, (locale) => `https://act.example.org/${locale}/harbour-cranes`)
  return [printed.sheet.demands !== undefined, text.includes('1. Take back the four.\n2. Mend the gate')]
}

test.each([
  ['a numbered list in other words', 'I ask you to\n\n1. reinstate them,\n2. see to the gate, and\n3. pay.'],
  ['a list with signs', 'I ask you to\n\n- reinstate them\n- see to the gate'],
  ['a list within a quotation', 'They write:\n\n> - reinstate us\n> - see to the gate\n> - pay'],
  ['the sentences themselves', 'Take back the four. Mend the gate, and let it be looked at! Pay the nights.'],
  [
    'the sentences with other capitals, stops and emphasis',
    'I ask: take back **the four**; mend the gate and let it be looked at; pay the _nights_!',
  ],
])('a letter with the demands as %s is printed and mailed without a second list', async (_, letter) => {
  expect(await below(letter)).toEqual([false, false])
})

test.each([
  ['none of the demands', 'Open the gate.'],
  ['some of the demands', 'Take back the four. Pay the nights.'],
  ['one point in a list', 'Two people were burnt:\n\n- at oven three'],
  [
    'a demand only as a part of other words',
    'Take back the fourth. Mend the gate, and let it be looked at! Pay the nights.',
  ],
])('a letter with %s gets them below, on paper and by mail', async (_, letter) => {
  expect(await below(letter)).toEqual([true, true])
})

test('no sheet of the campaigns that ship has both a list in the letter and the demands below it', () => {
  const settings = { publicUrl: 'https://act.example.org' }
  const sheets = bundled.flatMap((campaign) => printedLetters({ locale: 'en', settings, campaign }, now))
  const lists = sheets.filter(({ sheet }) => sheet.letter?.some(({ kind }) => kind === 'list'))
  expect(lists.length).toBeGreaterThan(0)
  expect(lists.filter(({ sheet }) => sheet.demands !== undefined)).toEqual([])
})

test('demands that the letter says literally are found, in any order, between any other words', () => {
  const word = fc.constantFrom('gate', 'ворота', 'жалақы', 'أجور', 'noël', 'four')
  const demand = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '))
  fc.assert(
    fc.property(fc.array(demand, { minLength: 1, maxLength: 4 }), fc.array(word), (demands, others) => {
      const text = [...demands.toReversed().map((one) => `${one.toUpperCase()}!`), ...others].join(' — ')
      expect(demandsBelow([{ kind: 'paragraph', children: [{ kind: 'text', text }] }], demands)).toEqual([])
      expect(demandsBelow([], demands)).toEqual(demands)
    }),
  )
})
