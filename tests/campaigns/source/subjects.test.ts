import fc from 'fast-check'
import { expect, test } from 'vitest'
import { campaign as campaignSchema, datedSections, datedSubject } from '../../../src/campaigns/campaign.ts'
import { readCampaign } from '../../../src/campaigns/source/read-campaign.ts'
import { compile } from '../../../src/emails/template/compile.ts'
import { ferry, sender } from '../../support/campaign.ts'
import { campaignIn, ENGLISH, FOLDER, faultsIn } from '../folder.ts'

type Subjects = { updates?: Record<string, string>; corrections?: Record<string, string> }

/** English words with sections under these headings, and subjects as YAML. */
const english = (headings: readonly string[], subjects: Subjects = {}): string => {
  const fields = Object.entries(subjects).map(([field, byDay]) => `  ${field}: ${JSON.stringify(byDay)}\n`)
  const sections = headings.map((heading) => `\n## ${heading}\n\nIt is.\n`)
  return ENGLISH.replace('  appeal: Open the gate\n', `  appeal: Open the gate\n${fields.join('')}`) + sections.join('')
}

const days = fc.uniqueArray(
  fc
    .date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  { minLength: 1, maxLength: 5 },
)

test('each update and correction has its own subject, else its title', async () => {
  await fc.assert(
    fc.asyncProperty(days, days, fc.nat(), async (updates, corrections, some) => {
      const own = <T>(all: T[]): T[] => all.filter((_, i) => (some >> i) % 2 === 0)
      const subjects = {
        updates: Object.fromEntries(own(updates).map((day) => [day, `News of ${day}`])),
        corrections: Object.fromEntries(own(corrections).map((day) => [day, `Put right on ${day}`])),
      }
      const headings = [
        ...updates.map((day) => `Update ${day} Open`),
        ...corrections.map((day) => `Correction ${day} Mended`),
      ]
      const { words } = await campaignIn({ ...FOLDER, 'en.md': english(headings, subjects) })
      const { en } = words
      if (en === undefined) return expect.unreachable()
      for (const section of datedSections(en, 'update'))
        expect(datedSubject(en, 'update', section)).toBe(subjects.updates[section.id] ?? 'Open')
      for (const section of datedSections(en, 'correction'))
        expect(datedSubject(en, 'correction', section)).toBe(subjects.corrections[section.id] ?? 'Mended')
      expect([en.updates.length, en.corrections.length]).toEqual([updates.length, corrections.length])
    }),
    { numRuns: 30 },
  )
})

test('a translation may lack a subject: then its own title is the subject', async () => {
  const words = english(['Update 2026-04-02 The gate is open'], { updates: { '2026-04-02': 'Open at last' } })
  const french = english(['Update 2026-04-02 La grille est ouverte'])
  const campaign = await campaignIn({ ...FOLDER, 'en.md': words, 'fr.md': french })
  const subjectIn = async (locale: string) =>
    (await compile({ email: 'update', updateId: '2026-04-02', locale, campaign, sender })).template.subject
  expect([await subjectIn('en'), await subjectIn('fr')]).toEqual([['Open at last'], ['La grille est ouverte']])
})

test.each([
  [['Update 2026-04-02 Open'], 'updates: { 2026-04-02: … }'],
  [['Update 2026-04-02 Open', 'Update 2026-05-01 Shut'], 'updates: { 2026-04-02: …, 2026-05-01: … }'],
  [[], 'updates: { 2026-12-01: … }'],
])('one subject for all updates is a fault with its line and the new form (%j)', async (headings, form) => {
  const old = english(headings).replace('  appeal: Open the gate\n', '  appeal: Open the gate\n  update: News\n')
  const { faults } = await readCampaign('harbour-cranes', { ...FOLDER, 'en.md': old })
  expect(faults).toMatchObject([{ line: 6, found: 'subjects.update, one subject for all updates' }])
  expect(faults[0]?.expected).toContain(form)
})

test.each([
  [{ updates: { '2026-04-03': 'x' } }, 'en.md:6 subjects.updates for 2026-04-03'],
  [{ corrections: { '2026-04-02': 'x' } }, 'en.md:6 subjects.corrections for 2026-04-02'], // the day of an update
  [{ updates: { 'the first': 'x' } }, 'en.md:6 subjects.updates for the first'],
])('a subject of a day without such a section is a fault: %j', async (subjects, fault) => {
  const faults = await faultsIn({ ...FOLDER, 'en.md': english(['Update 2026-04-02 Open'], subjects) })
  expect(faults).toContain(fault)
})

test.each([
  ['Correction 2026-04-02', 'en.md:16 ## Correction 2026-04-02'],
  ['Correction of April Mended', 'en.md:16 ## Correction of April Mended'],
  ['Correction 2026-02-30 Mended', 'en.md:16 ## Correction 2026-02-30 Mended'],
])('a correction needs a day and a title: %s', async (heading, fault) => {
  expect(await faultsIn({ ...FOLDER, 'en.md': english([heading]) })).toEqual([fault])
})

test('a day has one correction, and a translation has none that English lacks', async () => {
  const corrected = english(['Update 2026-04-02 Open', 'Correction 2026-04-02 Mended'])
  expect(await faultsIn({ ...FOLDER, 'en.md': corrected })).toEqual([])
  expect(await faultsIn({ ...FOLDER, 'en.md': `${corrected}\n## Correction 2026-04-02 Again\n\nIt is.\n` })).toEqual([
    'en.md:24 a second correction of 2026-04-02',
  ])
  const english1 = english(['Update 2026-04-02 Open'])
  expect(await faultsIn({ ...FOLDER, 'en.md': english1, 'fr.md': corrected })).toEqual([
    'fr.md:20 a correction of 2026-04-02',
  ])
})

test('a campaign that an earlier version stored keeps its one subject for all updates', async () => {
  const words = Object.fromEntries(
    Object.entries(ferry.words).map(([locale, { corrections: _, ...own }]) => [
      locale,
      { ...own, subjects: { appeal: 'Come', update: 'News of the ferry' } },
    ]),
  )
  const campaign = campaignSchema.parse(JSON.parse(JSON.stringify({ ...ferry, words })))
  const { template } = await compile({ email: 'update', updateId: 'gate', locale: 'en', campaign, sender })
  expect(template.subject).toEqual(['News of the ferry'])
  expect(campaign.words.en?.corrections).toEqual([])
})
