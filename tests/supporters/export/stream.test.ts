import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdsLink } from '../../../src/kit/links/links.ts'
import { plainName } from '../../../src/kit/person-name.ts'
import { readRecords } from '../../../src/supporter-list/audience.ts'
import { readCurrentRecords } from '../../../src/supporter-list/recent-changes.ts'
import { supporterStore } from '../../../src/supporter-list/store.ts'
import type { Supporter } from '../../../src/supporter-list/supporter.ts'
import { headerOf, rowsOf } from '../../../src/supporters/export/csv.ts'
import { escapeFormula, type ListFormat, unescapeFormula } from '../../../src/supporters/export/format.ts'
import { type ExportSummary, exportStream, shareFrom } from '../../../src/supporters/export/stream.ts'
import { csvReader } from '../../../src/supporters/import/csv-reader.ts'
import { decide, mergeRows } from '../../../src/supporters/import/decision.ts'
import { ndjsonReader } from '../../../src/supporters/import/ndjson-reader.ts'
import { readRow } from '../../../src/supporters/import/row.ts'
import { HarshKv } from '../../support/harsh-kv.ts'
import { MemoryKv, namespaceOf } from '../../support/memory-kv.ts'
import { addressOf, testSettings } from '../../support/supporter-world.ts'

const NOW = Date.UTC(2026, 10, 24)
const LOCALES = ['en', 'ru', 'kk', 'ar']
const settings = await testSettings()

const line = (maxLength: number) =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme', maxLength }),
      fc.string({ unit: fc.constantFrom('=', '+', '-', '@', "'", '"', ',', ';', ' ', '\n', '＝', 'я'), maxLength }),
    )
    .map(plainName)
    .filter((text) => text.length <= maxLength)
const named = line(40).filter((name) => name !== '')
const supporter: fc.Arbitrary<Supporter> = fc
  .record({
    email: fc
      .constantFrom('anna', '=1+1', '-2', "'+3", "o'hara", '+tag')
      .map((local) => addressOf(`${local}@example.org`)),
    name: fc.option(
      fc.oneof(named, fc.constantFrom('"quoted" <evil@example.net>', 'evil@example.net, x', 'www.prize', 'a;b@c.d')),
      {
        nil: undefined,
      },
    ),
    locales: fc.uniqueArray(fc.constantFrom(...LOCALES), { minLength: 1 }),
    topics: fc.subarray(['mining' as const, 'metal' as const, 'energy' as const]),
    country: fc.option(fc.constantFrom('KZ', 'GB'), { nil: undefined }),
    consent: fc.record({
      wording: line(60),
      at: fc.integer({ min: NOW - 9 * 365 * 86_400_000, max: NOW }),
      via: fc.oneof(fc.constantFrom('page', 'json', 'https://union.example', 'import:=cmd'), named),
    }),
  })
  .map(({ name, country, ...rest }) => ({ ...rest, ...(name && { name }), ...(country && { country }), since: NOW }))

async function broughtIn(format: ListFormat, supporters: readonly Supporter[]): Promise<Array<Supporter | null>> {
  const found: Array<Supporter | null> = []
  const take = format === 'csv' ? csvReader : ndjsonReader
  const reader = take({
    row(row, fields) {
      const read = readRow(fields, { locales: LOCALES, now: NOW })
      if (!read.ok) throw new Error(`row ${row}: ${read.error}`)
      const { unspoken: _, unnamed: __, ...rest } = read.value
      for (const person of mergeRows([{ ...rest, row }])) {
        const decision = decide(person, { left: false, admitted: false, existing: null }, [NOW], 'en')
        found.push(decision.kind === 'imported' ? decision.record : null)
      }
    },
    refuse(row, reason) {
      throw new Error(`row ${row}: ${reason}`)
    },
    ignore(name) {
      throw new Error(name)
    },
  })
  await reader.write(new TextEncoder().encode(headerOf(format) + rowsOf(format, supporters)))
  await reader.end()
  return found
}

/** The prefix that an import adds once to the origin of consent. */
const from = (via: string) => (via.startsWith('import:') ? via : `import:${via}`)

test.each(['csv', 'ndjson'] as const)(
  'who is exported as %s comes in again as they were, but for a name with a link',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(fc.array(supporter, { minLength: 1, maxLength: 5 }), async (supporters) => {
        const expected = supporters.map(({ name, ...one }) => ({
          ...one,
          ...(name !== undefined && !holdsLink(name) && { name }),
          consent: { ...one.consent, via: from(one.consent.via) },
        }))
        expect(await broughtIn(format, supporters)).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  },
)

test('no exported cell begins a formula, and importing restores each cell', () => {
  fc.assert(
    fc.property(
      fc.oneof(line(20), fc.string({ unit: fc.constantFrom('=', '+', '-', '@', "'", 'a', ';', ',', '\t', ' ') })),
      (cell) => {
        expect(escapeFormula(cell)).not.toMatch(/^[=+\-@\t\r＝＋－＠]/)
        expect(escapeFormula(cell)).not.toMatch(/[;,\t]\s*[=+\-@＝＋－＠]/)
        expect(unescapeFormula(escapeFormula(cell))).toBe(cell)
      },
    ),
  )
})

test('no formula appears when a spreadsheet splits at another separator', () => {
  const person = { ...record(1), name: 'Zoe;=HYPERLINK(1)' }
  expect(rowsOf('csv', [person])).toMatch(/^"person1@example.org","Zoe;'=HYPERLINK\(1\)","en","","",/)
})

const record = (n: number, wording = ''): Supporter => ({
  email: addressOf(`person${n}@example.org`),
  locales: ['en'],
  topics: [],
  since: NOW,
  consent: { wording, at: NOW, via: 'page' },
})

async function listOf(people: number, wording = ''): Promise<KVNamespace> {
  const kv = namespaceOf(new MemoryKv())
  const store = supporterStore(kv, settings)
  for (let n = 0; n < people; n++) await store.put(await settings.fingerprint(record(n).email), record(n, wording))
  return kv
}

/** Exports all shares, one request each, and returns the largest number of operations of one request. */
async function takeOut(kv: KVNamespace, budget?: number, left: string[] = []) {
  const emails: string[] = []
  const ends: ExportSummary[] = []
  let shares = 0
  let most = 0
  for (let cursor: string | null = ''; cursor !== null; shares++) {
    const harsh = new HarshKv(kv)
    const share = await shareFrom(harsh.namespace, cursor, budget)
    const deps = {
      read: (prefix: string, at: string | undefined, after: string | undefined) =>
        readRecords(harsh.namespace, settings, prefix, at, after),
      left: async (fingerprints: string[]) => fingerprints.filter((one) => left.includes(one)),
    }
    const stream = exportStream(deps, share, 'ndjson', async (exported) => void ends.push(exported))
    const lines = (await new Response(stream).text()).split('\n').filter((one) => one !== '')
    emails.push(...lines.map((one) => (JSON.parse(one) as { email: string }).email))
    most = Math.max(most, harsh.operations)
    cursor = share.next
  }
  return { emails, ends, shares, most }
}

test('a list too long for one invocation is exported in shares without gaps or overlaps', async () => {
  const kv = await listOf(2_500)
  const whole = await takeOut(kv)
  expect([whole.shares, whole.emails.length, whole.ends]).toEqual([
    1,
    2_500,
    [{ people: 2_500, damaged: 0, complete: true }],
  ])
  const shared = await takeOut(kv, 17)
  expect(shared.shares).toBe(16)
  expect(shared.emails.toSorted()).toEqual(whole.emails.toSorted())
  expect(new Set(shared.emails).size).toBe(2_500)
})

test('suppressed people are not exported while KV still shows them', async () => {
  const gone = await settings.fingerprint(record(3).email)
  const { emails } = await takeOut(await listOf(5), undefined, [gone])
  expect(emails).toHaveLength(4)
  expect(emails).not.toContain('person3@example.org')
})

test('an export that fails midway breaks off and is recorded as incomplete', async () => {
  const ends: ExportSummary[] = []
  const deps = {
    read: async () => {
      throw new Error('KV is away')
    },
    left: async () => [],
  }
  const stream = exportStream(
    deps,
    { cursor: '', next: null, operations: 1 },
    'csv',
    async (end) => void ends.push(end),
  )
  await expect(new Response(stream).text()).rejects.toThrow('KV is away')
  expect(ends).toEqual([{ people: 0, damaged: 0, complete: false }])
})

test('an export whose reader disconnects stops and is recorded as incomplete', async () => {
  const ends: ExportSummary[] = []
  let pages = 0
  const read = async () => {
    pages++
    return { records: [], cursor: 'more', done: false, operations: 1, damaged: 0 }
  }
  const share = { cursor: '', next: null, operations: 1 }
  const stream = exportStream({ read, left: async () => [] }, share, 'csv', async (end) => void ends.push(end))
  const reader = stream.getReader()
  await reader.read()
  await reader.cancel()
  const before = pages
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect([pages, ends]).toEqual([before, [{ people: 0, damaged: 0, complete: false }]])
})

/** KV with a list of so many pages, of one key each. A longer prefix has a sixteenth of them for each digit. */
function pagedKv(pages: number): KVNamespace {
  const list = async ({ prefix = '', cursor }: { prefix?: string; cursor?: string | null }) => {
    const all = Math.ceil(pages / 16 ** (prefix.length - 'supporter/'.length))
    const page = Number(cursor ?? 0)
    const keys = [{ name: `${prefix}${page.toString(16).padStart(6, '0')}`, metadata: 'sealed' }]
    const isLast = page + 1 >= all
    return isLast ? { keys, list_complete: true } : { keys, list_complete: false, cursor: String(page + 1) }
  }
  return Object.assign(namespaceOf(new MemoryKv()), { list })
}

test.each([1, 100, 234, 236, 260, 300, 313, 320])('each share of a list of %i pages can be exported', async (pages) => {
  const kv = pagedKv(pages)
  const share = await shareFrom(kv, '')
  const ends: ExportSummary[] = []
  const read = (...page: [string, string | undefined, string | undefined]) =>
    readCurrentRecords(kv, settings, async () => [], ...page)
  const stream = exportStream({ read, left: async () => [] }, share, 'csv', async (end) => void ends.push(end))
  await new Response(stream).text()
  expect(ends).toMatchObject([{ complete: true }])
})
