import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TOPICS } from '../../src/campaigns/definition.ts'
import { formatFault } from '../../src/campaigns/source/fault.ts'
import { readCampaign } from '../../src/campaigns/source/read-campaign.ts'
import { DEFINITION_NOTES, FRONT_NOTES } from '../../src/cli/campaign-files/field-notes.ts'
import { type NewCampaign, newCampaign } from '../../src/cli/campaign-files/new-campaign.ts'

const LOCALES = ['ar', 'en', 'es', 'fr', 'kk', 'ru']
const ANSWERS: NewCampaign = {
  title: 'Crane drivers: locked out',
  summary: 'Forty drivers stand outside the gate # and wait.',
  country: 'NO',
  topics: ['transport'],
  locales: LOCALES,
  opened: '2026-11-30',
  demands: ['Open the gate', 'Pay "the days"'],
  target: {
    role: 'Harbour director',
    locale: 'fr',
    salutation: 'Madame,',
    email: 'director@example.org',
    post: ['Port', 'Quay 1'],
  },
}
const read = async (files: Record<string, string>) => {
  const { campaign, faults, warnings } = await readCampaign('harbour-cranes', files, LOCALES)
  expect([...faults, ...warnings].map(formatFault)).toEqual([])
  if (campaign === undefined) throw new Error('the campaign has a fault')
  return campaign
}

test('what it writes is a draft without a fault in six languages, with every answer in its place', async () => {
  const campaign = await read(await newCampaign('harbour-cranes', ANSWERS))
  expect(campaign).toMatchObject({
    slug: 'harbour-cranes',
    status: 'draft',
    opened: '2026-11-30',
    country: 'NO',
    topics: ['transport'],
  })
  expect(campaign.targets).toMatchObject([
    { role: 'Harbour director', ladder: ['own-mailbox', 'each', 'digest', 'paper'] },
  ])
  expect(Object.keys(campaign.words).toSorted()).toEqual(LOCALES)
  for (const words of Object.values(campaign.words))
    expect(words).toMatchObject({ title: ANSWERS.title, summary: ANSWERS.summary, demands: ANSWERS.demands })
})

test.each(LOCALES)(
  'a campaign in %s alone has that text and the English one, and none of them a fault',
  async (locale) => {
    const { target: _, demands: __, ...least } = { ...ANSWERS, locales: [locale] }
    const campaign = await read(await newCampaign('harbour-cranes', least))
    expect(Object.keys(campaign.words).toSorted()).toEqual([...new Set(['en', locale])].toSorted())
  },
)

test.each(['open', 'won', 'closed', 'withdrawn'])(
  'with status %s and nothing written, each placeholder in each language is a fault with its file and line',
  async (status) => {
    const files = await newCampaign('harbour-cranes', ANSWERS)
    const yaml = files['campaign.yaml']?.replace('\nstatus: draft', `\nstatus: ${status}`) ?? ''
    const { campaign, faults } = await readCampaign('harbour-cranes', { ...files, 'campaign.yaml': yaml }, LOCALES)
    expect(campaign).toBeUndefined()
    const places = LOCALES.flatMap((locale) =>
      (files[`${locale}.md`] ?? '')
        .split('\n')
        .flatMap((line, i) => (/^\[\[.*\]\]$/.test(line) ? [`campaigns/harbour-cranes/${locale}.md:${i + 1}`] : [])),
    )
    expect(places).toHaveLength(12)
    const named = faults.filter(({ found }) => found === 'a placeholder that nobody has filled in')
    expect(named.map(({ file, line }) => `${file}:${line}`)).toEqual(places)
  },
)

test('opened with every placeholder filled in, with a target and letters, it has no fault', async () => {
  const files = await newCampaign('harbour-cranes', ANSWERS)
  const written = Object.entries(files).map(([name, text]) => [
    name,
    text.replace(/^\[\[.*\]\]$/gm, 'Come [to](https://example.org).'),
  ])
  const open = files['campaign.yaml']?.replace('\nstatus: draft', '\nstatus: open') ?? ''
  expect((await read({ ...Object.fromEntries(written), 'campaign.yaml': open })).status).toBe('open')
})

test('its translations begin as translations of its English text', async () => {
  const campaign = await read(await newCampaign('harbour-cranes', ANSWERS))
  expect(Object.values(campaign.words).map(({ stale }) => stale)).toEqual(LOCALES.map(() => false))
})

test('any titles, summaries and roles that a person can type give a draft without a fault', async () => {
  const line = fc
    .string({ unit: fc.constantFrom(...'abc Ж ع:#"\'{}[]-*&!|>%@`?,.\\<'), minLength: 3, maxLength: 40 })
    .map((text) => `x${text}x`)
  const answers = fc.record({
    title: line,
    summary: line,
    country: fc.constantFrom('NO', 'KZ', 'IE'),
    topics: fc.uniqueArray(fc.constantFrom(...TOPICS), { minLength: 1 }),
    locales: fc.uniqueArray(fc.constantFrom(...LOCALES)),
    opened: fc.constantFrom('1999-12-31', '2026-02-28', '2040-07-01'),
    target: fc.record({
      role: line,
      locale: fc.constantFrom(...LOCALES),
      salutation: line,
      email: fc.constant('a@example.org'),
    }),
  })
  await fc.assert(
    fc.asyncProperty(answers, async (given) => {
      const { faults } = await readCampaign('harbour-cranes', await newCampaign('harbour-cranes', given), LOCALES)
      expect(faults.map(formatFault)).toEqual([])
    }),
    { numRuns: 40 },
  )
})

/** The YAML of a file with every example made to count. */
function uncommented(text: string): string {
  const [yaml = '', ...sections] = text.split(/(?=^## )/m)
  return yaml.replace(/^#(?! )|^#(?= {2,})/gm, '') + sections.join('')
}

test('every field is there with its explanation, and with all examples made to count the file has no fault', async () => {
  const files = await newCampaign('harbour-cranes', ANSWERS)
  const [yaml = '', english = ''] = [files['campaign.yaml'], files['en.md']]
  for (const [text, notes] of [
    [yaml, DEFINITION_NOTES],
    [english, FRONT_NOTES],
  ] as const)
    for (const [path, { what }] of Object.entries(notes))
      if (path !== 'madeFrom') expect(text.toLowerCase()).toContain(`# ${what.toLowerCase()}. `)
  const campaign = await read({ ...files, 'campaign.yaml': uncommented(yaml), 'en.md': uncommented(english) })
  expect(campaign).toMatchObject({
    goal: { letters: 500 },
    replyTo: 'desk@example.org',
    people: [{ naming: 'initials' }],
    events: [{}],
  })
  expect(campaign.targets).toHaveLength(1)
  expect(campaign.words.en).toMatchObject({ author: { name: 'A. B.' }, dateline: 'Nowhere, 1 March 2026' })
})
