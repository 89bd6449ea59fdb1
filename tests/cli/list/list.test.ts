import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DateOrder } from '../../../src/cli/list/date-order.ts'
import { decodeList, ENCODINGS } from '../../../src/cli/list/decode.ts'
import { describeFile, describePlan, questionText } from '../../../src/cli/list/describe.ts'
import { readMapping } from '../../../src/cli/list/header.ts'
import { languageTags } from '../../../src/cli/list/languages.ts'
import { nearestName } from '../../../src/cli/list/nearest.ts'
import { type ImportPlan, type ImportQuestion, planImport } from '../../../src/cli/list/plan.ts'
import { readList } from '../../../src/cli/list/read-list.ts'
import { ndjsonReader } from '../../../src/supporters/import/ndjson-reader.ts'
import { NO_ANSWERS } from '../../../src/supporters/import/permissions/permission.ts'

const NOW = Date.parse('2026-12-01T12:00:00Z')
const LOCALES = ['en', 'ru', 'fr', 'es', 'kk', 'ar']

async function planned(
  csv: string,
  { map = [] as string[], dates = undefined as DateOrder | undefined, source = undefined as string | undefined } = {},
) {
  const mapping = new Map(
    map.map((text) => {
      const read = readMapping(text)
      return read.ok ? read.value : expect.fail(read.error)
    }),
  )
  const list = await readList(csv, 'csv', mapping)
  if (!list.ok) return list.error
  return planImport(list.value, { locales: LOCALES, now: NOW, answers: NO_ANSWERS, dates, source })
}
const planOf = async (...call: Parameters<typeof planned>): Promise<ImportPlan> => {
  const plan = await planned(...call)
  return typeof plan === 'object' && 'counts' in plan ? plan : expect.fail(JSON.stringify(plan))
}

/** Bytes of a text in an encoding that Node can write, with its byte order mark. */
function encoded(text: string, encoding: 'utf-8' | 'utf-16le' | 'utf-16be', mark: boolean): Uint8Array {
  const marked = mark ? `\uFEFF${text}` : text
  if (encoding === 'utf-8') return new TextEncoder().encode(marked)
  const bytes = Buffer.from(marked, 'utf16le')
  return encoding === 'utf-16le' ? bytes : bytes.swap16()
}

const cell = fc.string({ unit: fc.constantFrom(...'abя ж,;"éщ\u0627-'), maxLength: 8 })
const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 999 }), cell), { minLength: 1, maxLength: 12 })

test('whatever encoding, separator and first line a spreadsheet uses, the same people are read in the same rows', () =>
  fc.assert(
    fc.asyncProperty(
      rows,
      fc.constantFrom('utf-8' as const, 'utf-16le' as const, 'utf-16be' as const),
      fc.constantFrom(',', ';', '\t'),
      fc.boolean(),
      fc.boolean(),
      async (people, encoding, delimiter, named, mark) => {
        const table = [['Email', 'Name'], ...people.map(([n, name]) => [`p${n}@example.org`, `x${name}`])]
        const sheet =
          (named ? `sep=${delimiter}\r\n` : '') + stringify(table, { delimiter, record_delimiter: 'windows' })
        const decoded = decodeList(encoded(sheet, encoding, mark || encoding !== 'utf-8'))
        expect(decoded.ok && decoded.value.encoding).toBe(encoding)
        const list = decoded.ok ? await readList(decoded.value.text, 'csv', new Map()) : null
        const read = list?.ok ? list.value : expect.fail()
        const first = named ? 3 : 2
        expect(read.rows.map(({ row, fields }) => [row, fields.email, fields.name])).toEqual(
          people.map(([n, name], at) => [at + first, `p${n}@example.org`, `x${name}`.trim()]),
        )
      },
    ),
    { numRuns: 60 },
  ))

test.each(['windows-1251', 'windows-1252'] as const)(
  'a file that is neither UTF-8 nor UTF-16 is asked about, and %s is read when told',
  (encoding) => {
    const [bytes, text] =
      encoding === 'windows-1251'
        ? [Buffer.from([0xc0, 0xed, 0xed, 0xe0]), 'Анна']
        : [Buffer.from([0x5a, 0x6f, 0xe9, 0x2c, 0xe8]), 'Zoé,è']
    const asked = decodeList(Buffer.concat([Buffer.from('email,name\n'), bytes]))
    expect(!asked.ok && asked.error.line).toBe(2)
    expect(!asked.ok && asked.error.samples.map((sample) => sample.text)).toContain(text)
    const told = decodeList(bytes, encoding)
    expect(told.ok && told.value.text).toBe(text)
    expect(ENCODINGS).toContain(encoding)
  },
)

test('columns that are not understood name the nearest known one, and a map tells what they are', async () => {
  const csv = 'E-Mail,Courriel privé,consent_dates,Prénom,Nom\na@example.org,b@example.org,2025-05-31,Zoé,Ait\n'
  const list = await readList(csv, 'csv', new Map())
  expect(list.ok && list.value.columns).toEqual([
    { name: 'E-Mail', as: 'email', speaks: false },
    { name: 'Courriel privé', as: null, speaks: false },
    { name: 'consent_dates', as: null, speaks: false, near: expect.stringMatching(/^consent_/) },
    { name: 'Prénom', as: 'first_name', speaks: false },
    { name: 'Nom', as: 'last_name', speaks: false },
  ])
  const { sample } = await planOf(csv, { map: ['Courriel privé=email', 'consent_dates=consent_at'] })
  expect(sample).toMatchObject([{ email: 'b@example.org', name: 'Zoé Ait' }])
  expect(await planned('Mitglied,Ort\nx@example.org,Wien\n')).toContain('found “Mitglied”, “Ort”')
  expect(readMapping('Courriel=emial')).toEqual({ ok: false, error: expect.stringContaining('email?') })
})

test('a name that is wrong by one letter is suggested, whatever letter', () =>
  fc.assert(
    fc.property(
      fc.constantFrom('email', 'locales', 'topics', 'country', 'consent_source', 'consent_at', 'first_name'),
      fc.nat(),
      fc.constantFrom('x', ''),
      (name, at, letter) => {
        const place = at % name.length
        expect(
          nearestName(name.slice(0, place) + letter + name.slice(place + 1), [
            ...['email', 'locales', 'topics', 'country', 'consent_source', 'consent_at', 'first_name', 'last_name'],
          ]),
        ).toBe(name)
      },
    ),
  ))

const dated = (...dates: string[]) =>
  ['email,consent_source,consent_at', ...dates.map((date, n) => `p${n}@example.org,paper,${date}`)].join('\n')

test('a date that can be read in two ways is asked about and never guessed; one that cannot decides for the file', async () => {
  const question = (await planned(dated('2025-05-31', '03/04/2025'))) as ImportQuestion
  expect(question).toEqual({ kind: 'dates', row: 3, text: '03/04/2025' })
  const consents = async (csv: string, dates?: DateOrder) =>
    (await planOf(csv, { dates })).sample.map(({ consent }) => new Date(consent?.at ?? 0).toISOString().slice(0, 10))
  expect(await consents(dated('03/04/2025'), 'day-first')).toEqual(['2025-04-03'])
  expect(await consents(dated('03/04/2025'), 'month-first')).toEqual(['2025-03-04'])
  expect(await consents(dated('03.04.25', '31.05.2025 18:00'))).toEqual(['2025-04-03', '2025-05-31'])
  expect((await planOf(dated('03-04-2025', '05-31-2025'))).dates).toEqual({ order: 'month-first', row: 3 })
  expect(await planned(dated('31/05/2025', '05/31/2025'))).toMatchObject({
    kind: 'dates',
    text: 'dates of both orders',
  })
  const mixed = await planOf(dated('31/05/2025', '05/31/2025'), { dates: 'day-first' })
  expect(mixed.counts).toMatchObject({ in: 1, refused: 1 })
})

test('dates that prove the other order than --dates says stop the import, with their rows', async () => {
  for (const [told, fits, first, second] of [
    ['month-first', 'day-first', '31/05/2025', '28.02.2025'],
    ['day-first', 'month-first', '05/31/2025', '02.28.2025'],
  ] as const) {
    const answer = await planned(dated('03/04/2025', first, second), { dates: told })
    expect(answer).toMatchObject({ kind: 'other-order', rows: [3, 4], order: fits })
    const said = questionText(answer as ImportQuestion)
    expect(said).toMatch(new RegExp(`^Rows 3, 4: .*${first}.*--dates ${told} does not fit. Say --dates ${fits}\\.$`))
  }
  const mixed = await planOf(dated('31/05/2025', '05/31/2025'), { dates: 'day-first' })
  expect(describePlan(mixed)[0]).toMatch(/^Row 3: another order/)
})

test('countries and languages are understood by name in several languages', async () => {
  const csv =
    'email,country,locales\na@x.example,Россия,Russian\nb@x.example,Deutschland,français\nc@x.example,Қазақстан,kk ru\n'
  expect((await planOf(csv)).sample).toMatchObject([
    { country: 'RU', locales: ['ru'] },
    { country: 'DE', locales: ['fr'] },
    { country: 'KZ', locales: ['kk', 'ru'] },
  ])
})

test('a language that the site lacks refuses nobody, in whatever language it is named, and the summary counts them', async () => {
  const named = [
    'German',
    'allemand',
    'Deutsch',
    'italien',
    'немецкий',
    'ألماني',
    'الألمانية',
    'неміс тілі',
    'polski',
    '日本語',
  ]
  const spoken = [
    'арабский язык',
    'Français/Anglais',
    'عربي',
    'орыс тілі және қазақ тілі',
    'Español (México)',
    'Deutsch; Russisch',
  ]
  const csv = ['email,locales', ...[...named, ...spoken].map((name, n) => `p${n}@x.example,${name}`)].join('\n')
  const plan = await planOf(csv)
  expect(plan.counts).toMatchObject({ asked: named.length + spoken.length, refused: 0 })
  expect(plan.unspoken).toBe(named.length)
  expect(describePlan(plan).join('\n')).toContain(`languages that this site lacks: ${named.length}.`)
  const people = plan.body
    .split('\n')
    .slice(named.length + 1)
    .filter((line) => line !== '')
  expect(people.map((line) => JSON.parse(line).locales)).toEqual([
    ['ar'],
    ['fr', 'en'],
    ['ar'],
    ['ru', 'kk'],
    ['es'],
    ['de', 'ru'],
  ])
})

test('every language has its name understood in each language of the site', () => {
  const tags = ['de', 'it', 'tr', 'uk', 'ky', 'uz', 'zh', 'pt', 'ja', 'hy', 'ka', 'pl', ...LOCALES]
  for (const tag of tags)
    for (const locale of [...LOCALES, tag]) {
      const name = new Intl.DisplayNames([locale], { type: 'language' }).of(tag) ?? ''
      expect(languageTags(name.split(' ')), `${name} in ${locale}`).toEqual([tag])
    }
})

test('the plan counts every row once, and what it sends has each person in the line of their row', async () => {
  const csv = [
    'email,name,Status,consent_source,consent_at',
    'in@example.org,In,Subscribed,paper,2025-01-31',
    'asked@example.org,Asked,Subscribed,,',
    'left@example.org,Left,Unsubscribed,paper,2025-01-31',
    'pending@example.org,Pending,Pending,,',
    'no address,Nobody,Subscribed,,',
    'asked+2@example.org,Asked,Subscribed,,',
  ].join('\n')
  const plan = await planOf(csv)
  expect(plan.counts).toEqual({ in: 1, asked: 1, left: 1, unconfirmed: 1, refused: 1, twice: 1 })
  const sent: Array<[number, unknown, unknown]> = []
  const reader = ndjsonReader({
    row: (row, fields, others) => void sent.push([row, fields.email, new Map(others).get('status')]),
    refuse: (row) => void sent.push([row, 'refused', undefined]),
    ignore: () => {},
  })
  await reader.write(new TextEncoder().encode(plan.body))
  await reader.end()
  expect(sent).toEqual([
    [2, 'in@example.org', undefined],
    [3, 'asked@example.org', undefined],
    [4, 'left@example.org', 'unsubscribed'],
    [7, 'asked+2@example.org', undefined],
  ])
})

test('a hundred thousand rows with a wrong name of the address column are refused before anything else', async () => {
  const csv = `adress,name\n${Array.from({ length: 100_000 }, (_, n) => `p${n}@example.org,P`).join('\n')}`
  expect(await planned(csv)).toContain('no column holds the address')
})

test('a consent that says when and not where takes the source that the organiser names; without one the person is asked', async () => {
  const csv =
    'email,consent_at,consent_source\na@x.example,2025-01-31,\nb@x.example,2025-01-31,petition\nc@x.example,,\n'
  expect((await planOf(csv)).counts).toMatchObject({ in: 1, asked: 2 })
  const { sample } = await planOf(csv, { source: 'form of the old system' })
  expect(sample.map(({ consent }) => consent?.source)).toEqual(['form of the old system', 'petition', undefined])
})

test('the description shows what is read, what is not, ten people, and the rows of each fault', async () => {
  const rows = Array.from({ length: 30 }, (_, n) => (n < 15 ? `p${n}@x.example,P ${n},` : `broken ${n},P,`))
  const csv = `email,name,contry\n${rows.join('\n')}\n`
  const list = await readList(csv, 'csv', new Map())
  const columns = list.ok ? list.value.columns : expect.fail()
  expect(describeFile(columns, 'utf-8').join('\n')).toMatch(
    /email → email, name → name[\s\S]*not read: contry \(is it country\?/,
  )
  const shown = describePlan(await planOf(csv)).join('\n')
  expect(shown.match(/p\d+@x\.example/g)).toHaveLength(10)
  expect(shown).toContain('rows 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28 and 3 more: the address is not valid')
  expect(shown).toContain('15 are asked once by mail')
})
