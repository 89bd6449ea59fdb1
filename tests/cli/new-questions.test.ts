import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slug } from '../../src/campaigns/definition.ts'
import { readCampaign } from '../../src/campaigns/source/read-campaign.ts'
import { newCampaign } from '../../src/cli/campaign-files/new-campaign.ts'
import { type Asker, askNewCampaign, LEFT, slugFrom } from '../../src/cli/campaign-files/new-questions.ts'

const LOCALES = ['en', 'fr', 'ru']
const known = { folders: ['taken'], locales: LOCALES, now: Date.parse('2026-12-01T10:00:00Z') }

/** Answers by the beginning of the question. Refused answers are noted, and the next one is given. */
function typing(answers: Record<string, string | string[]>, leaveAt = Number.POSITIVE_INFINITY) {
  const refused: string[] = []
  let asked = 0
  const answerTo = (message: string) => {
    const [, answer] = Object.entries(answers).find(([beginning]) => message.startsWith(beginning)) ?? []
    return answer ?? ''
  }
  const ask: Asker = {
    async text({ message, initial, validate }) {
      if (asked++ >= leaveAt) return LEFT
      for (const typed of [answerTo(message), initial ?? ''].flat()) {
        const fault = validate(typed)
        if (fault === undefined) return typed
        refused.push(`${typed}: ${fault}`)
      }
      return LEFT
    },
    async choose({ message, options }) {
      if (asked++ >= leaveAt) return LEFT
      return options.filter((one) => answerTo(message).includes(one))
    },
  }
  return { ask, refused, count: () => asked }
}

const BASE = {
  Headline: 'Grutiers à la porte',
  'One or two': 'Forty drivers stand outside.',
  Country: 'Norway',
  Trades: ['transport'],
  Languages: ['en', 'fr'],
}
const TARGET = { Office: 'Directrice', 'Language this': 'fr', 'First line': 'Madame,' }

test.each([
  ['by mail', { ...TARGET, Email: 'directrice@example.org' }, ['own-mailbox', 'each', 'digest']],
  ['on paper', { ...TARGET, Postal: 'Port, Quay 1, ' }, ['paper']],
  ['nobody', {}, undefined],
])('the answers make a campaign without a fault whose letters go %s', async (_, more, ladder) => {
  const { ask } = typing({ ...BASE, ...more, Country: 'NO' })
  const asked = await askNewCampaign(ask, known)
  expect(asked?.folder).toBe('grutiers-a-la-porte')
  if (asked === null) throw new Error('the questions were left')
  const { campaign, faults } = await readCampaign(asked.folder, await newCampaign(asked.folder, asked.answers), LOCALES)
  expect(faults).toEqual([])
  expect(campaign).toMatchObject({ opened: '2026-12-01', country: 'NO', topics: ['transport'] })
  expect(campaign?.targets[0]?.ladder).toEqual(ladder)
})

test.each([
  ['Denmark', 'DK'],
  ['danmark', undefined],
  ['Қазақстан', 'KZ'],
  ['Côte d’Ivoire', 'CI'],
  ['  royaume-uni ', 'GB'],
  ['UK', 'GB'],
  ['no', 'NO'],
  ['', undefined],
])('%j is taken as a country, or refused with the one that was meant', async (typed, code) => {
  const { ask, refused } = typing({ ...BASE, Name: 'gate', Country: [typed, 'SE'] })
  expect((await askNewCampaign(ask, known))?.answers.country).toBe(code ?? 'SE')
  expect(refused).toHaveLength(code === undefined ? 1 : 0)
})

test.each(['no', 'da', 'pt-BR', 'zh-Hant', 'fr'])(
  'a target may read %s, whatever the languages of the site, and is greeted in it',
  async (locale) => {
    const asked: string[] = []
    const { ask } = typing({ ...BASE, ...TARGET, 'Language this': locale, 'First line': 'Hei,', Postal: 'Port' })
    const spying: Asker = {
      ...ask,
      text: (question) => {
        asked.push(`${question.message} ${question.example ?? ''}`)
        return ask.text(question)
      },
    }
    const given = await askNewCampaign(spying, known)
    if (given === null) throw new Error('the questions were left')
    const files = await newCampaign('gate', given.answers)
    const { campaign, faults } = await readCampaign('gate', files, LOCALES)
    expect(faults).toEqual([])
    expect(campaign?.targets[0]).toMatchObject({ locale, salutation: { [locale]: 'Hei,' } })
    const name = new Intl.DisplayNames(['en'], { type: 'language' }).of(locale)
    expect(asked).toContain(`First line of a letter to this person, in ${name} `)
  },
)

test('a language that there is not is refused with the one that was probably meant', async () => {
  const { ask, refused } = typing({
    ...BASE,
    ...TARGET,
    Name: 'gate',
    'Language this': ['Norwegian', 'xx', 'no'],
    Postal: 'Port',
  })
  expect((await askNewCampaign(ask, known))?.answers.target?.locale).toBe('no')
  expect(refused[0]).toMatch(/did you mean no \(Norwegian\)/)
  expect(refused).toHaveLength(2)
})

test('an answer that check would refuse is refused when it is typed, with what is expected', async () => {
  const wrong = {
    Headline: ['', 'x'.repeat(200), 'Gate'],
    Name: ['taken', 'The Gate', 'gate'],
    Country: ['Atlantis', 'NO'],
    Email: ['nobody', 'a@example.org'],
  }
  const { ask, refused } = typing({ ...BASE, ...TARGET, ...wrong })
  expect((await askNewCampaign(ask, known))?.folder).toBe('gate')
  expect(refused.map((line) => line.slice(0, 20).split(':')[0])).toEqual([
    '',
    'x'.repeat(20),
    'taken',
    'The Gate',
    'Atlantis',
    'nobody',
  ])
  expect(refused[2]).toBe('taken: campaigns/taken exists: name another, such as taken-2')
  expect(refused[4]).toMatch(/^Atlantis: expected /)
})

test('whoever leaves at any question leaves nothing behind', async () => {
  const whole = typing({ ...BASE, Country: 'NO', ...TARGET, Postal: 'Port' })
  expect(await askNewCampaign(whole.ask, known)).not.toBeNull()
  for (let at = 0; at < whole.count(); at++)
    expect(
      await askNewCampaign(typing({ ...BASE, Country: 'NO', ...TARGET, Postal: 'Port' }, at).ask, known),
    ).toBeNull()
})

test('the proposed folder is a slug for any headline with a Latin letter or digit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (title) => {
      expect(slug.safeParse(slugFrom(`${title} gate`)).success).toBe(true)
    }),
  )
})
