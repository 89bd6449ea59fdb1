import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCampaign } from '../../src/campaigns/source/read-campaign.ts'
import { dispatchRequestBodySchema, dispatchRequestSchema } from '../../src/dispatch/dispatch-request.ts'
import { COUNTRIES, countryAdvice, countryOf } from '../../src/kit/countries.ts'
import { audience, localeFor } from '../../src/supporter-list/audience-filter.ts'
import { readRow } from '../../src/supporters/import/row.ts'
import { countryField } from '../../src/web/fields.ts'
import { DEFINITION, FOLDER } from '../campaigns/folder.ts'

/** The country that each way in makes of a text; null where it is refused. */
async function readEverywhere(typed: string): Promise<Array<string | null>> {
  const yaml = DEFINITION.replace(
    'country: NO',
    `country: ${JSON.stringify(typed)}\nriskyIn: [${JSON.stringify(typed)}]`,
  )
  const { campaign } = await readCampaign('harbour-cranes', { ...FOLDER, 'campaign.yaml': yaml })
  const row = readRow({ email: 'a@example.org', country: typed }, { locales: ['en'], now: 0 })
  return [
    campaign?.country ?? null,
    campaign?.riskyIn?.[0] ?? null,
    countryField.safeParse(typed).data ?? null,
    audience.safeParse({ countries: [typed] }).data?.countries?.[0] ?? null,
    row.ok ? (row.value.country ?? null) : null,
  ]
}

test.each([
  ['UK', 'GB'],
  ['EL', 'GR'],
  ['uk', 'GB'],
  ['kz', 'KZ'],
  ['DEU', 'DE'],
  ['ZR', 'CD'],
  ['XK', 'XK'],
  ['EU', null],
  ['QQ', null],
  ['ZZ', null],
  ['SU', null],
  ['Norway', null],
])('%s is %s in forms, files, audiences and imports alike', async (typed, country) => {
  expect(new Set(await readEverywhere(typed))).toEqual(new Set([country]))
})

test('any text is one country, or refused, in all places alike', async () => {
  const texts = fc.oneof(
    fc.string({ minLength: 1, maxLength: 3 }),
    fc.constantFrom(...COUNTRIES).map((code) => code.toLowerCase()),
  )
  await fc.assert(
    fc.asyncProperty(
      texts.filter((text) => text.trim() !== ''),
      async (typed) => {
        expect(new Set(await readEverywhere(typed)).size).toBe(1)
      },
    ),
  )
})

test.each([
  ['Norway', 'NO (Norway)'],
  ['Казахстан', 'KZ (Kazakhstan)'],
  ['Қазақстан', 'KZ (Kazakhstan)'],
  ['Allemagne', 'DE (Germany)'],
  ['Germny', 'DE (Germany)'],
  ['KK', 'KZ (Kazakhstan)'],
])('an audience of %s is refused with the nearest country, %s', (typed, nearest) => {
  const { error } = dispatchRequestBodySchema.safeParse({
    campaign: 'c',
    revision: '0123456789ab',
    email: 'appeal',
    audience: { countries: ['NO', typed] },
  })
  expect(error?.issues).toMatchObject([
    { path: ['audience', 'countries', 1], message: expect.stringContaining(nearest) },
  ])
})

test('advice never throws and names a country', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 80 }),
      (typed) => void expect(countryAdvice(typed)).toContain('ISO 3166-1'),
    ),
    {
      numRuns: 40,
    },
  )
})

test('people of a country are in the audience of its other name, also of a dispatch stored earlier', () => {
  const person = { fingerprint: '', email: 'a@example.org', locales: ['en'], topics: [], since: 0, country: 'GB' }
  expect(localeFor(person, audience.parse({ countries: ['UK'] }), ['en'])).toBe('en')
  const stored = dispatchRequestSchema.shape.audience
  expect(localeFor(person, stored.parse({ countries: ['UK'] }), ['en'])).toBe('en')
  expect(stored.parse({ countries: ['QQ'] })).toEqual({ countries: ['QQ'] })
  expect(COUNTRIES.every((code) => countryOf(code) === code)).toBe(true)
})

test.each([
  ['U.K.', 'GB'],
  ['u.s.a.', 'US'],
  ['ＫＺ', 'KZ'],
  ['KZ\u200B', 'KZ'],
  ['\u200EFRA\uFEFF', 'FR'],
])('a code is read with full stops, in full width and between invisible characters: %j', (typed, code) => {
  expect(countryOf(typed)).toBe(code)
})
