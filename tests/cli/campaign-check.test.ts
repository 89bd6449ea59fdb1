import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkCampaigns } from '../../src/cli/campaign-check/check-campaigns.ts'
import { campaignFolders, localesIn } from '../../src/cli/campaign-folders.ts'
import { DEFINITION, ENGLISH } from '../campaigns/folder.ts'

const root = join(import.meta.dirname, '../..')
const LOCALES = ['ar', 'en', 'es', 'fr', 'kk', 'ru']
const now = Date.parse('2026-06-15T12:00:00Z')
const YAML = DEFINITION.replace(
  'role: Harbour director',
  'role: { en: Harbour director, fr: Directrice du port }',
).replace('    ladder: [own-mailbox]', '    ladder: [own-mailbox]\n    verifiedAt: 2026-06-01')
const FRONT =
  'demands: [Open the gate, Pay the days]\nauthor: { name: A. B., office: speaker }\ndateline: Nowhere, 1 March 2026\n'
const WHOLE = ENGLISH.replace('---\n\n## Appeal', `${FRONT}---\n\n## Appeal`).replace(
  '## Letter',
  '## Background\n\nLong.\n\n## Support\n\nCards.\n\n## Update 2026-05-01 News\n\nSo.\n\n## Letter',
)

/** The text with what readers see first in French. */
const inFrench = (text: string): string =>
  text
    .replace('title: Crane drivers locked out', 'title: Grutiers à la porte')
    .replace('summary: Forty drivers stand outside the gate.', 'summary: Quarante grutiers sont dehors.')
    .replace('appeal: Open the gate', 'appeal: Ouvrez la porte')

/** Warnings about an English and a French text, without the constant part of the path; stale marks left out. */
async function warned({ yaml = YAML, english = WHOLE, french = WHOLE }): Promise<string[]> {
  const files = { 'campaign.yaml': yaml, 'en.md': english, 'fr.md': inFrench(french) }
  const { warnings, faults } = await checkCampaigns([{ slug: 'harbour-cranes', files }], LOCALES, now)
  expect(faults).toEqual([])
  return warnings
    .filter((line) => !line.includes(': stale: '))
    .map((line) => line.replace('campaigns/harbour-cranes/', ''))
}

test('a campaign in order has no warning, and every line of a warning begins with the word, the file and the line', async () => {
  expect(await warned({})).toEqual([])
  for (const line of await warned({ french: ENGLISH })) expect(line).toMatch(/^warning: fr\.md:\d+: \S/)
})

test('the campaigns that ship have no warning', async () => {
  const folders = campaignFolders(join(root, 'campaigns'))
  const report = await checkCampaigns(folders, localesIn(join(root, 'strings')), Date.parse('2026-12-01T00:00:00Z'))
  expect(report).toMatchObject({ warnings: [], faults: [] })
})

describe('a translation', () => {
  test('with another number of demands is warned about, with both numbers and the line', async () => {
    const count = fc.integer({ min: 0, max: 5 })
    const withDemands = (n: number) =>
      WHOLE.replace('[Open the gate, Pay the days]', `[${Array.from({ length: n }, (_, i) => `D${i}`).join(', ')}]`)
    await fc.assert(
      fc.asyncProperty(count, count, async (there, here) => {
        const lines = await warned({ english: withDemands(there), french: withDemands(here) })
        expect(lines).toEqual(
          here === there ? [] : [expect.stringMatching(`^warning: fr\\.md:6: ${here} demands?; en\\.md has ${there}:`)],
        )
      }),
      { numRuns: 20 },
    )
  })

  test.each([
    ['## Background\n\nLong.\n\n', 'no ## Background'],
    ['## Support\n\nCards.\n\n', 'no ## Support'],
    ['## Update 2026-05-01 News\n\nSo.\n\n', 'no ## Update 2026-05-01 (“News”)'],
    ['author: { name: A. B., office: speaker }\n', 'no author'],
    [', office: speaker', 'no author.office'],
    ['dateline: Nowhere, 1 March 2026\n', 'no dateline'],
  ])('without %j is warned about once', async (part, expected) => {
    const lines = await warned({ french: WHOLE.replace(part, '') })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`: ${expected}, which en.md has`)
  })

  test.each([
    ['title', 'title: Crane drivers locked out', 'title: Grutiers à la porte', 2],
    ['summary', 'summary: Forty drivers stand outside the gate.', 'summary: Quarante grutiers sont dehors.', 3],
    ['subjects.appeal', 'appeal: Open the gate', 'appeal: Ouvrez la porte', 5],
  ])('whose %s is still the English one is warned about, with the line', async (field, english, french, line) => {
    expect(await warned({ french: inFrench(WHOLE).replace(french, english.replace(': ', ':  ')) })).toEqual([
      `warning: fr.md:${line}: ${field} is the same as in en.md: translate it`,
    ])
  })

  test('that was never marked, and one that en.md has overtaken, are told apart', async () => {
    const of = async (madeFrom: string) => {
      const files = {
        'campaign.yaml': YAML,
        'en.md': WHOLE,
        'fr.md': inFrench(WHOLE).replace('dateline', `${madeFrom}dateline`),
      }
      return (await checkCampaigns([{ slug: 'harbour-cranes', files }], LOCALES, now)).warnings.join('\n')
    }
    expect(await of('')).toMatch(/^warning: .*fr\.md:\d+: stale: it was never marked/)
    expect(await of("madeFrom: '0123456789ab'\n")).toMatch(/^warning: .*fr\.md:8: stale: en\.md has changed since/)
  })
})

const withEvent = (start: string, more = '') =>
  `${YAML}events:\n  - { id: picket, title: { en: Picket, fr: Piquet }, start: ${start}, zone: Europe/Oslo, place: Quay 1${more} }\n`
const withUpdate = (day: string) => WHOLE.replace('Update 2026-05-01', `Update ${day}`)

describe('a day', () => {
  test.each([
    ['2026-06-14T20:00', 'was over on 2026-06-14'],
    ['2025-06-20T20:00', 'was over on 2025-06-20'],
    ['2027-06-20T20:00', 'more than a year ahead'],
    ['2062-06-20T20:00', 'more than a year ahead'],
  ])('of an event on %s is warned about', async (start, expected) => {
    expect(await warned({ yaml: withEvent(start) })).toEqual([
      expect.stringMatching(`^warning: campaign\\.yaml:\\d+: event picket: .*${expected}`),
    ])
  })

  test.each(['2026-06-15T00:30', '2026-06-16T10:00', '2027-06-01T10:00'])('of an event on %s is not', async (start) => {
    expect(await warned({ yaml: withEvent(start) })).toEqual([])
  })

  test('of an event that lasts until today is not, nor one that is over in a campaign that has ended', async () => {
    expect(await warned({ yaml: withEvent('2026-06-10T20:00', ', end: 2026-06-15T20:00') })).toEqual([])
    const closed = withEvent('2026-05-10T20:00').replace('status: open', 'status: closed')
    expect(await warned({ yaml: closed })).toEqual([])
  })

  test.each([
    ['2026-06-16', 'is dated ahead'],
    ['2028-05-01', 'more than a year ahead'],
    ['2025-05-01', 'is older than the campaign'],
  ])('of an update, %s, is warned about once for all languages', async (day, expected) => {
    const lines = await warned({ english: withUpdate(day), french: withUpdate(day) })
    expect(lines).toEqual([expect.stringMatching(`^warning: en\\.md:\\d+: the update of ${day} .*${expected}`)])
  })

  test('of opening counts only as far as it is known', async () => {
    const yaml = YAML.replace('opened: 2026-03-01', 'opened: 2026-05-20\nopenedKnownTo: month')
    expect(await warned({ yaml })).toEqual([])
  })

  test.each([
    ['2026-06-15', 'is 2026-06-15'],
    ['2026-06-22', 'is 2026-06-22'],
    ['2026-06-14', 'was 2026-06-14'],
    ['2026-06-23', ''],
  ])('%s as the last day of use: %j', async (day, expected) => {
    const lines = await warned({ yaml: `doNotUseAfter: ${day}\n${YAML}` })
    expect(lines).toEqual(
      expected === '' ? [] : [expect.stringMatching(`^warning: campaign\\.yaml:1: doNotUseAfter ${expected}`)],
    )
  })

  test('that ends the agreement to a name within a week is warned about', async () => {
    const person = (until: string) =>
      `${YAML}people:\n  - { id: driver, naming: named, as: A. Borg, role: { en: driver, fr: grutière }, agreed: { by: A. Borg }, until: ${until} }\n`
    expect(await warned({ yaml: person('2026-06-20') })).toEqual([
      expect.stringContaining('the last day for the name of driver is 2026-06-20'),
    ])
    expect(await warned({ yaml: person('2026-09-20') })).toEqual([])
  })
})

describe('a fact', () => {
  const event = (title: string, place: string) =>
    `${YAML}events:\n  - id: picket\n    title: ${title}\n    start: 2026-07-01T10:00\n    zone: Europe/Oslo\n    place: ${place}\n`

  test.each([
    ['events[0].title', event('Picket', 'Quay 1'), 15],
    ['events[0].place', event('{ en: Picket, fr: Piquet }', 'at the gate of the port'), 18],
    ['targets[0].role', YAML.replace('{ en: Harbour director, fr: Directrice du port }', 'Harbour director'), 12],
    ['places[0]', `places: [the northern harbour]\n${YAML}`, 1],
    [
      'people[0].agreed.by',
      `people:\n  - { id: d, naming: initials, as: A. B., role: { en: driver, fr: grutière }, agreed: { by: herself } }\n${YAML}`,
      2,
    ],
  ])('%s in words that are the same in every language is warned about', async (name, yaml) => {
    expect(await warned({ yaml })).toEqual([expect.stringContaining(`: ${name} is the same in every language`)])
  })

  test('is a name, which may be the same in every language', async () => {
    expect(await warned({ yaml: event('{ en: Picket, fr: Piquet }', '4 River Street, Port of Nowhere') })).toEqual([])
  })

  test('without a text in one language is warned about, and so is a language that the site has not', async () => {
    expect(await warned({ yaml: event('{ en: Picket }', 'Quay 1') })).toEqual([
      expect.stringContaining('events[0].title has no text in fr'),
    ])
    const strange = await warned({ yaml: event('{ en: Picket, fr: Piquet, rus: Пикет }', 'Quay 1') })
    expect(strange).toEqual([expect.stringMatching(/events\[0\]\.title has a text in rus, .*; did you mean ru\?$/)])
  })

  test('in a salutation may be in the target’s language, which the site need not have', async () => {
    const german = YAML.replace('locale: fr', 'locale: de').replace('fr: Madame', 'de: Sehr geehrte Direktorin')
    expect(await warned({ yaml: german })).toEqual([])
  })
})

describe('the summary of a won campaign', () => {
  const won = YAML.replace('status: open', 'status: won')
  const saying = (summary: string) => WHOLE.replace('Forty drivers stand outside the gate.', JSON.stringify(summary))
  const inLanguage = async (locale: string, summary: string, yaml = won) => {
    const files = {
      'campaign.yaml': yaml,
      'en.md': locale === 'en' ? saying(summary) : WHOLE,
      [`${locale}.md`]: saying(summary),
    }
    const { warnings } = await checkCampaigns([{ slug: 'harbour-cranes', files }], LOCALES, now)
    return warnings.filter((line) => line.includes('its summary still asks'))
  }

  test.each([
    ['en', 'The crew is running out of water. Write to those who can bring them home.'],
    ['en', 'Forty drivers stand outside: please help.'],
    ['fr', 'Quarante grutiers sont dehors. Écrivez à la direction.'],
    ['es', 'Cuarenta gruistas están fuera. Pide a la empresa que los readmita.'],
    ['ru', 'Сорок крановщиков за воротами. Напишите директору.'],
    ['kk', 'Қырық кранші қақпа сыртында. Директорға жазыңыз.'],
    ['ar', 'أربعون سائق رافعة خارج البوابة. اكتبوا إلى المدير.'],
  ])('that still asks, in %s, is warned about: %s', async (locale, summary) => {
    expect(await inLanguage(locale, summary)).toEqual([
      expect.stringMatching(`^warning: campaigns/harbour-cranes/${locale}\\.md:3: `),
    ])
    expect(await inLanguage(locale, summary, YAML)).toEqual([])
  })

  test.each([
    ['en', 'The crew is home with its wages. Two thousand people had asked for it, and the port had to write back.'],
    ['fr', 'L’équipage est rentré. Ceux qui écrivaient ont gagné, et vous demandez comment.'],
    ['es', 'La tripulación está en casa. Quien escribe, gana.'],
    ['ru', 'Экипаж дома. Те, кто писал и требовал, победили.'],
    ['kk', 'Экипаж үйінде. Хат жазған екі мың адам жеңді.'],
    ['ar', 'عاد الطاقم إلى بيته بعد أن كتب ألفا شخص.'],
  ])('that tells what was won, in %s, is not: %s', async (locale, summary) => {
    expect(await inLanguage(locale, summary)).toEqual([])
  })
})

test('the command checks the named campaign only, and a name with one wrong letter ends with status 2 and a suggestion', () => {
  const check = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'src/cli/tocsin.ts'), 'check', ...args], { encoding: 'utf8' })
  expect(check('river-street-bakery').stdout).toMatch(/^1 campaign in 6 texts: no fault/)
  const wrong = check('river-stret-bakery')
  expect([wrong.status, wrong.stdout]).toEqual([2, ''])
  expect(wrong.stderr).toMatch(/did you mean river-street-bakery\?/)
})
