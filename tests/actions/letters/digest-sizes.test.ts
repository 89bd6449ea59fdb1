import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitIntoDigests } from '../../../src/actions/letters/mail/digest-entry.ts'
import { bundledCampaign } from '../../../src/campaigns/catalogue.ts'
import { copiesMail, type DigestMailEntry, digestMail, supportMail } from '../../../src/emails/letters/digest.ts'
import { merge } from '../../../src/emails/template/merge.ts'
import { utf8 } from '../../../src/kit/bytes.ts'
import { sender } from '../../support/campaign.ts'

const campaign = bundledCampaign('river-street-bakery') ?? expect.fail('the demonstration has lost its campaign')
const [target] = campaign.targets
if (target === undefined) throw new Error('the campaign has no target')

/** Bytes of HTML above which Gmail cuts a mail, less a fifth. */
const MOST_HTML = 80_000
const WORDS = ['Булочная', 'ночная ', 'смена', 'хлеб ', 'Bread and ', 'العدالة ', 'نوبة', '公正', 'ღ', 'é', '—', ' & ']
const MAX_CHARS = { letter: 600, message: 1_500 }

const textOf = (most: number) =>
  fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 400 }).map((words) => words.join('').slice(0, most))
const entriesOf = (most: number) =>
  fc.array(
    fc.record({ name: fc.constantFrom('Айгүл Серікқызы', 'Ana'), place: fc.constant('Farhaven'), text: textOf(most) }),
    { minLength: 1, maxLength: 240 },
  )
const sizes = (entries: readonly DigestMailEntry[]) => entries.map((entry) => utf8(JSON.stringify(entry)).length)

test.each([
  ['digest', MAX_CHARS.letter, (all: DigestMailEntry[]) => digestMail(campaign, target, all, sender)],
  [
    'copies',
    MAX_CHARS.letter,
    (all: DigestMailEntry[]) =>
      copiesMail(campaign, { locale: 'ru' }, [target], all, 'https://act.example.org/s', sender),
  ],
  ['support', MAX_CHARS.message, (all: DigestMailEntry[]) => supportMail(campaign, { locale: 'ru' }, all, sender)],
])('a mail of kind %s is shown whole, however much people wrote, and nobody is left out', (_, most, render) => {
  fc.assert(
    fc.property(entriesOf(most), (entries) => {
      const digests = splitIntoDigests(entries, sizes(entries))
      expect(digests.flat()).toEqual(entries)
      for (const digest of digests) {
        expect(digest.length).toBeLessThanOrEqual(100)
        expect(utf8(merge(render(digest), {}).html).length).toBeLessThan(MOST_HTML)
      }
    }),
    { numRuns: 30 },
  )
})

test('a hundred short letters are one digest', () => {
  const entries = Array.from({ length: 100 }, () => ({ name: 'Ana', text: 'I stand with the bakers.' }))
  expect(splitIntoDigests(entries, sizes(entries))).toHaveLength(1)
})
