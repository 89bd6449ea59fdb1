import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { campaign, textIn } from '../../../src/campaigns/campaign.ts'
import { readCampaign } from '../../../src/campaigns/source/read-campaign.ts'
import { MAX_FILE_BYTES } from '../../../src/campaigns/source/source-text.ts'
import { campaignIn, DEFINITION, ENGLISH, FOLDER, faultsIn } from '../folder.ts'

describe('a campaign folder', () => {
  test('without a fault becomes a campaign that its own schema accepts', async () => {
    const read = await campaignIn(FOLDER)
    expect(campaign.parse(structuredClone(read))).toEqual(read)
    expect(read.words.en?.letter).toEqual([{ kind: 'paragraph', children: [{ kind: 'text', text: 'Open the gate.' }] }])
  })

  test('reports all faults at once, each with its line', async () => {
    const broken = `slug: harbour-crane
status: shut
opened: 2026-03-01
closes: 2026-02-01
sectors: [transport]
country: Norway
topics: []
targets:
  - id: director
    role: Harbour director
    organisation: prot
    locale: fr
    salutation: { en: Dear director }
    channels:
      fax: [none]
    ladder: [paper, each]
  - id: director
    role: 7
    locale: en
    salutation: Dear director
    channels: { post: [Quay 1] }
    ladder: [paper]
events:
  - id: picket
    title: Picket
    start: 2026-04-01T16:00
    end: 2026-04-01T15:00
    zone: London
    place: { EN: Gate }
claims:
  - figure: 40
    unit: drivers
    saidBy: the union
    source: leaflet
people:
  - id: driver
    naming: initials
    role: driver
`
    expect(await faultsIn({ 'campaign.yaml': broken, 'xx1.md': '', 'en.md': ENGLISH })).toEqual([
      'campaign.yaml:1 slug: "harbour-crane"',
      'campaign.yaml:2 status: "shut"',
      'campaign.yaml:4 closes: 2026-02-01',
      'campaign.yaml:5 unknown key sectors',
      'campaign.yaml:6 country: "Norway"',
      'campaign.yaml:7 topics: []',
      'campaign.yaml:11 targets[0].organisation: "prot"',
      'campaign.yaml:13 targets[0].salutation: {"en":"Dear director"}',
      'campaign.yaml:15 targets[0].channels.fax[0]: "none"',
      'campaign.yaml:16 targets[0].ladder[1]: "each"',
      'campaign.yaml:17 targets[1].id: "director" a second time',
      'campaign.yaml:18 targets[1].role: 7',
      'campaign.yaml:28 events[0].zone: "London"',
      'campaign.yaml:29 the key events[0].place.EN',
      'campaign.yaml:34 claims[0].source: "leaflet"',
      'campaign.yaml:36 no people[0].as',
      'campaign.yaml:36 no people[0].agreed',
      'xx1.md:1 a file named xx1.md',
    ])
  })

  test.each([
    ['A. B.', true],
    ['Kh.-R. K', true],
    ['{ en: J. R. R. T., ru: Дж. Р. Т., ar: ن. د. }', true],
    ['Anna Berg', false],
    ['A. Berg', false],
    ['Eva B.', false],
    ['Анна', false],
    ['{ en: A. B., ru: Анна Б. }', false],
    ['نادية', false],
  ])('for a person with naming: initials, %s is shown: %s', async (as, accepted) => {
    const person = `\npeople: [{ id: driver, naming: initials, as: ${as}, role: driver, agreed: { by: herself } }]`
    const line = DEFINITION.trimEnd().split('\n').length + 1
    expect(await faultsIn({ ...FOLDER, 'campaign.yaml': DEFINITION.trimEnd() + person })).toEqual(
      accepted ? [] : [expect.stringMatching(`^campaign.yaml:${line} people\\[0\\].as: `)],
    )
  })

  test('reports the expected value in words for an organiser', async () => {
    const { faults } = await readCampaign('harbour-cranes', {
      ...FOLDER,
      'campaign.yaml': DEFINITION.replace('role: employer', 'role: boss\n    kind: port').replace(
        /fr: Madame/,
        'de: Frau',
      ),
    })
    expect(faults.map(({ expected }) => expected)).toEqual([
      'one of workers, campaign, relay, employer, authority, publisher',
      'one of id, role, name, url, contact',
      'a salutation in fr, the language this target reads',
    ])
  })

  test.each([
    [
      'ladder: [own-mailbox]',
      'ladder: [own-mailbox]\n    gathered: week',
      'campaign.yaml:19 targets[0].gathered: "week"',
    ],
    [
      'ladder: [own-mailbox]',
      'ladder: [own-mailbox]\n    caps: { perHour: 5 }',
      'campaign.yaml:19 targets[0].caps: {"perHour":5}',
    ],
    ['ladder: [own-mailbox]', 'ladder: [paper]', 'campaign.yaml:18 targets[0].ladder[0]: "paper"'],
    ['ladder: [own-mailbox]', 'ladder: [each, each]', 'campaign.yaml:18 targets[0].ladder[1]: "each"'],
    ['country: NO', 'country: ZZ', 'campaign.yaml:4 country: "ZZ"'],
    ['opened: 2026-03-01', 'opened: 2026-02-30', 'campaign.yaml:3 opened: "2026-02-30"'],
    ['status: open', 'status: open\nstatus: won', 'campaign.yaml:3 status a second time'],
    [
      'name: Port of Nowhere',
      'name: "Port \\u202E"',
      'campaign.yaml:9 the character U+202E, which is not seen or rearranges what is',
    ],
    [
      'ladder: [own-mailbox]',
      'ladder: [own-mailbox]\ncopies:\n  - { id: deputy, name: A deputy, channels: { post: [Quay 1] }, by: cc }',
      'campaign.yaml:20 copies[0].by: "cc"',
    ],
    [
      'ladder: [own-mailbox]',
      'ladder: [own-mailbox]\nsupport:\n  - { id: crew, name: The crew, by: cc, channels: { email: [crew@example.org] } }',
      'campaign.yaml:20 unknown key support[0].by',
    ],
    ['topics: [transport]', 'topics: [*s]', 'campaign.yaml:5 the alias *s'],
  ])('refuses %s as %s', async (right, wrong, fault) => {
    expect(await faultsIn({ ...FOLDER, 'campaign.yaml': DEFINITION.replace(right, wrong) })).toEqual([fault])
  })

  test('refuses more in Cc than providers take in a mail', async () => {
    const copies = (count: number) =>
      `copies:\n  - { id: all, name: All, by: cc, channels: { email: [${Array.from({ length: count }, (_, n) => `d${n}@example.org`)}] } }`
    const read = (count: number) =>
      readCampaign('harbour-cranes', { ...FOLDER, 'campaign.yaml': `${DEFINITION}${copies(count)}\n` })
    expect((await read(49)).faults).toEqual([])
    expect((await read(50)).faults).toMatchObject([{ line: 19, expected: 'at most 49 addresses by cc in all' }])
  })

  test.each([
    [
      'cancelled: true',
      'cancelled: true',
      'a sequence of at least 1: calendars ignore a change without a higher sequence',
    ],
    ['cancelled: yes', 'cancelled: "yes"', 'true or false'],
    ['sequence: -1', 'sequence: -1', 'at least 0'],
    ['sequence: 1.5', 'sequence: 1.5', 'a whole number'],
    ['end: 2026-03-28T16:00', 'end: "2026-03-28T16:00"', 'a time after the start, 2026-03-29T01:00'],
    [
      'end: tomorrow',
      'end: "tomorrow"',
      'a local time such as 2015-09-28T16:00, without Z or an offset: the time zone stands in zone',
    ],
    [
      'end: 2026-03-29T02:30',
      'end: "2026-03-29T02:30"',
      'a time that exists in Europe/Oslo: clocks skip this one when they are put forward',
    ],
  ])('refuses an event with %s and says what was expected', async (line, found, expected) => {
    const event = `events:\n  - { id: a, title: T, start: 2026-03-29T01:00, zone: Europe/Oslo, place: P, ${line} }\n`
    const { faults } = await readCampaign('harbour-cranes', { ...FOLDER, 'campaign.yaml': DEFINITION + event })
    const file = 'campaigns/harbour-cranes/campaign.yaml'
    expect(faults).toEqual([{ file, line: 20, found: `events[0].${found}`, expected }])
  })

  test('must have English', async () => {
    expect(await faultsIn({ 'campaign.yaml': DEFINITION, 'fr.md': ENGLISH })).toEqual(['en.md:1 no en.md'])
    expect(await faultsIn({})).toEqual(['campaign.yaml:1 no campaign.yaml', 'en.md:1 no en.md'])
  })

  test('in a language without page and mail texts is refused, because no mail could be made', async () => {
    const files = { ...FOLDER, 'fr.md': ENGLISH, 'lv.md': ENGLISH }
    const { faults } = await readCampaign('harbour-cranes', files, ['en', 'fr'])
    expect(faults).toEqual([
      {
        file: 'campaigns/harbour-cranes/lv.md',
        line: 1,
        found: 'the language lv, which there are no texts for',
        expected: 'one of en, fr; first add strings/lv.yaml and emails/strings/lv.yaml',
      },
    ])
  })

  test('needs a model letter in every language while it is open and has targets', async () => {
    const silent = ENGLISH.replace(/## Letter.*/s, '')
    expect(await faultsIn({ ...FOLDER, 'fr.md': silent })).toEqual(['fr.md:1 no ## Letter'])
    const closed = DEFINITION.replace('status: open', 'status: closed')
    expect(await faultsIn({ 'campaign.yaml': closed, 'en.md': silent })).toEqual([])
  })

  test('with 200 KB in one file is refused with the limit and the reason', async () => {
    const long = `${ENGLISH}\n${'Open the gate. '.repeat(14_000)}`
    const { faults } = await readCampaign('harbour-cranes', { ...FOLDER, 'fr.md': long })
    expect(faults).toHaveLength(1)
    expect(faults[0]?.expected).toContain(MAX_FILE_BYTES.toLocaleString('en'))
  })

  test('has a revision that changes with any word, but not with line endings', async () => {
    const { revision } = await campaignIn(FOLDER)
    const windows = Object.fromEntries(
      Object.entries(FOLDER).map(([name, text]) => [name, text.replaceAll('\n', '\r\n')]),
    )
    expect((await campaignIn(windows)).revision).toBe(revision)
    expect((await campaignIn({ ...FOLDER, 'en.md': ENGLISH.replace('Forty', 'Fifty') })).revision).not.toBe(revision)
  })

  test('marks a translation as stale after a change of the English text', async () => {
    const { words } = await campaignIn({
      ...FOLDER,
      'fr.md': ENGLISH.replace('subjects', "madeFrom: '000000000000'\nsubjects"),
    })
    expect(words.fr?.stale).toBe(true)
    expect(words.en?.stale).toBe(false)
  })

  test('treats Liquid, mail markup and HTML in names as text', async () => {
    const hostile = '{{ settings.KEYRING }}{% raw %}<mj-raw><script>alert(1)</script>'
    const read = await campaignIn({
      'campaign.yaml': DEFINITION.replace('name: Port of Nowhere', `name: '${hostile}'`),
      'en.md': ENGLISH.replace('Crane drivers locked out', `'${hostile}'`),
    })
    expect(textIn(read.organisations[0]?.name ?? '', 'en')).toBe(hostile)
    expect(read.words.en?.title).toBe(hostile)
  })

  test('never makes the reader throw, with any content', async () => {
    const files = fc.dictionary(
      fc.constantFrom('campaign.yaml', 'en.md', 'kk.md', 'x/y.md', '__proto__'),
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: fc.constantFrom(...'-#:>*_[]()!|`&<~{}\'" \n\tað'), maxLength: 300 }),
        fc.json().map((json) => `---\n${json}\n---\n## Appeal\n${json}`),
        fc.constantFrom(DEFINITION, ENGLISH),
      ),
    )
    await fc.assert(
      fc.asyncProperty(files, async (files) => {
        const { campaign: read, faults } = await readCampaign('harbour-cranes', files)
        expect(read === undefined).toBe(faults.length > 0)
        for (const { line } of faults) expect(line).toBeGreaterThanOrEqual(1)
        if (read !== undefined) campaign.parse(read)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the words of a campaign', () => {
  test.each([
    ['## Appeal', '## Apeal', ['en.md:8 ## Apeal']],
    ['## Letter', '## Appeal', ['en.md:1 no ## Letter', 'en.md:12 a second ## Appeal']],
    [
      '## Letter',
      '## Update 2026-02-30 No such day',
      ['en.md:1 no ## Letter', 'en.md:12 ## Update 2026-02-30 No such day'],
    ],
    ['## Appeal', 'Early.\n\n## Appeal', ['en.md:8 text before the first section']],
    ['Open the gate.\n', '', ['en.md:12 nothing under ## Letter']],
    ['summary', 'Summary', ['en.md:3 unknown key Summary']],
    ['appeal: Open the gate', 'appeal: "Open\\nthe gate"', ['en.md:5 subjects.appeal: "Open\\nthe gate"']],
    ['title: Crane', `title: ${'x'.repeat(200)}`, [`en.md:2 title: "${'x'.repeat(59)}…`]],
    ['---\ntitle', '\ntitle', ['en.md:1 no front matter']],
    [
      'Forty drivers stand outside.',
      'Forty \u0007 drivers',
      ['en.md:10 the character U+0007, which is not seen or rearranges what is'],
    ],
    [
      'Forty drivers stand outside.',
      'Forty \uE000 drivers',
      ['en.md:10 the character U+E000, which is not seen or rearranges what is'],
    ],
  ])('are refused with %j as %j', async (right, wrong, faults) => {
    expect(await faultsIn({ ...FOLDER, 'en.md': ENGLISH.replace(right, wrong) })).toEqual(faults)
  })

  test('identify updates by their day; a translation has no update that English lacks', async () => {
    const updated = `${ENGLISH}\n## Update 2026-04-02 The gate is open\n\nIt is.\n`
    const read = await campaignIn({ ...FOLDER, 'en.md': updated })
    expect(read.words.en?.updates).toMatchObject([{ id: '2026-04-02', title: 'The gate is open' }])
    expect(await faultsIn({ ...FOLDER, 'fr.md': updated })).toEqual(['fr.md:16 an update of 2026-04-02'])
  })
})
