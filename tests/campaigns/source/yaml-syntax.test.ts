import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { definition } from '../../../src/campaigns/definition.ts'
import { readCampaign } from '../../../src/campaigns/source/read-campaign.ts'
import { readYaml } from '../../../src/campaigns/source/yaml.ts'
import { DEFINITION, ENGLISH, FOLDER, faultsIn } from '../folder.ts'

const faultsOf = (yaml: string) =>
  readYaml(yaml, 'f', 1).faults.map(({ line, found }) => `${line} ${found.split(' ')[0]}`)

describe('a # that would cut a text short', () => {
  test.each([
    ['summary: Members of Lodge #7 were dismissed', ['1 #7']],
    ['demands:\n  - Reopen berth #3\n  - Pay shift\t#2', ['2 #3', '3 #2']],
    ['post: [Quay 1, Flat #5, Town]', ['1 #5,']],
    ['name: { en: Local #9, fr: Section }', ['1 #9,']],
    ['Ward #4: text', ['1 #4:']],
    ['summary: one line\n  and Hall #8\n', ['2 #8']],
    ['summary: «Гараж №3» #3 закрыт', ['1 #3']],
    ['name: union #12', ['1 #12']],
    ['status: open for talks #2', ['1 #2']],
    ['places:\n  - Dockers of Hall\n    #12 and others', ['3 #12']],
    ['title: Dockers of Hall\n  #12 locked out\nkind: appeal', ['2 #12']],
    ['post:\n  - name: Quay 1\n     #5', ['3 #5']],
    ['agreed: { by: lawyer #2 }', ['1 #2']],
    ['by: family #7', ['1 #7']],
  ])('is a fault in %j', (yaml, faults) => {
    expect(faultsOf(yaml)).toEqual(faults)
  })

  test.each([
    '# a comment\nkey: a#b',
    'key: text\n#note: at the margin\nother: b',
    'list:\n  - id: a\n    #name: b\n    role: c',
    'list:\n  - one\n  #- two\n  - three',
    'key: text\n  # a remark below its line',
    'by: cc # asked for it\ngathered: day # for now',
    'key: # after nothing\n  inner: 1',
    'key: "in quotes #1" # a comment\nother: \'#2\' # too',
    'list: [a, b] # behind the list',
    'opened: 2026-03-01  # the day of the post\nstatus: open # since then\ncountry: IE # a definition names one',
    'events:\n  - start: 2026-03-01T16:00 # local time\n    locale: en # the speakers’',
    'text: |\n  a #1\n  b\nfolded: > # how it is folded\n  c #2',
    'link: https://example.org/a#b',
  ])('is none in %j', (yaml) => {
    expect(faultsOf(yaml)).toEqual([])
  })

  test('is told with the way to write it, and a text written so is whole', async () => {
    const title = (text: string) => ENGLISH.replace('Crane drivers locked out', text)
    const { faults } = await readCampaign('harbour-cranes', { ...FOLDER, 'en.md': title('Branch #40 locked out') })
    expect(faults).toMatchObject([{ line: 2, expected: expect.stringContaining('"Branch #40 locked out"') }])
    const { campaign } = await readCampaign('harbour-cranes', { ...FOLDER, 'en.md': title('"Branch #40 locked out"') })
    expect(campaign?.words.en?.title).toBe('Branch #40 locked out')
  })

  test('never takes a word from a text without a fault', () => {
    const words = fc.array(fc.constantFrom('#12', '#', 'a', 'Local', 'b#c', '№', '&'), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(words, fc.constantFrom(' ', '  ', '\t'), (list, space) => {
        const { value, faults } = readYaml(`key: x${space}${list.join(space)}`, 'f', 1)
        const whole = { key: `x${space}${list.join(space)}` }
        if (faults.length === 0) expect(value).toEqual(whole)
        expect(faults.length > 0).toBe(list.some((word) => word.startsWith('#')))
      }),
    )
  })
})

test('text that begins with & is not dropped as an anchor', () => {
  expect(faultsOf('name: &Partners Ltd')).toEqual(['1 &Partners,'])
  expect(faultsOf('- &co')).toEqual(['1 &co,'])
})

test.each([['? '.repeat(20_000)], ['['.repeat(50_000)], ['{a: '.repeat(15_000)], ['- '.repeat(25_000)]])(
  'deep nesting is refused at once (%#)',
  (yaml) => {
    const begun = performance.now()
    expect(faultsOf(yaml).length).toBeGreaterThan(0)
    expect(performance.now() - begun).toBeLessThan(2_000)
  },
)

describe('any value at any place of campaign.yaml', () => {
  const FULL = `${DEFINITION}riskyIn: [BY]
copies: [{ id: deputy, name: D, channels: { email: [d@example.org] }, by: cc }]
support: [{ id: crew, name: C, channels: { phone: [+32 2 555 00 01] } }]
events: [{ id: picket, title: P, start: 2026-04-01T16:00, end: 2026-04-01T17:00, zone: Europe/Oslo, place: Gate }]
sources: [{ id: leaflet, title: L, url: "https://example.org/l" }]
claims: [{ figure: 40, unit: drivers, saidBy: the union, source: leaflet }]
people: [{ id: driver, naming: withheld, role: driver }]
moderators: [{ email: m@example.org, locale: en }]
goal: { letters: 5 }
`
  const written = readYaml(FULL, 'f', 1).value
  const places = (value: unknown, path: string[] = []): string[][] =>
    typeof value !== 'object' || value === null
      ? [path]
      : [
          ...(path.length > 0 ? [path] : []),
          ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key])),
        ]
  const put = (value: unknown, [step, ...rest]: string[], wrong: unknown): unknown => {
    if (step === undefined) return wrong
    const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) }
    copy[step] = put(copy[step], rest, wrong)
    return Array.isArray(value) ? Object.values(copy) : copy
  }

  const ODD = ['2026-12-05T16:00:00Z', '0000-00-00T99:99', 'Etc/GMT+99', '', null, [[]]]
  const changed = (path: string[], wrong: unknown) => put(put(written, ['opened'], 'some day'), path, wrong)
  const paths = places(written).filter(([top]) => top !== 'opened')

  test('is parsed without a throw, and a fault elsewhere is still found', () => {
    for (const path of paths)
      for (const wrong of ODD) {
        const { error } = definition.safeParse(changed(path, wrong))
        expect(error?.issues.map(({ path }) => path[0])).toContain('opened')
      }
  })

  test('is read without a throw, and a fault elsewhere is still listed', async () => {
    expect(await faultsIn({ ...FOLDER, 'campaign.yaml': FULL })).toEqual([])
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), async (path, wrong) => {
        const found = await faultsIn({ ...FOLDER, 'campaign.yaml': JSON.stringify(changed(path, wrong)) })
        expect(found.some((fault) => /opened: "some day"|YAML that cannot be read|not seen/.test(fault))).toBe(true)
      }),
    )
  })

  test.each(['2026-12-05T16:00:00Z', '2026-12-05T16:00z', '2026-12-05T16:00+01:00', '2026-12-05 16:00', '2026-12-05'])(
    'a start of %s is one fault in clear words',
    async (start) => {
      const { faults } = await readCampaign('harbour-cranes', {
        ...FOLDER,
        'campaign.yaml': FULL.replace('start: 2026-04-01T16:00,', `start: "${start}",`),
      })
      expect(faults.filter(({ found }) => found.includes('.start'))).toHaveLength(1)
      expect(faults[0]?.expected).toContain('a local time such as')
    },
  )
})
