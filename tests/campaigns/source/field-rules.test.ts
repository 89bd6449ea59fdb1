import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCampaign } from '../../../src/campaigns/source/read-campaign.ts'
import { normaliseAddress } from '../../../src/security/address.ts'
import { DEFINITION, FOLDER } from '../folder.ts'

const read = (from: string, to: string) =>
  readCampaign('harbour-cranes', { ...FOLDER, 'campaign.yaml': DEFINITION.replace(from, () => to) })
const withAddress = (address: string) => read('email: [director@example.org]', `email: [${JSON.stringify(address)}]`)

describe('an address in a campaign file', () => {
  test.each([
    'foi&dparequest@police.example',
    "o'brien@example.org",
    'büro@example.org',
    'amt@behörde.example',
    'a#b@example.org',
  ])('is right when it could sign up: %s', async (address) => {
    expect((await withAddress(address)).faults.length === 0).toBe(normaliseAddress(address).ok)
  })

  test('is right exactly when it could sign up, whatever it is', async () => {
    const part = fc.string({ unit: fc.constantFrom(...'ab.&+_-@ 9ü'), maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(part, part, async (local, domain) => {
        const address = `${local}@${domain}.example`
        expect((await withAddress(address)).faults.length === 0).toBe(normaliseAddress(address).ok)
      }),
    )
  })

  test('is a fault with its line, its place and what an address is', async () => {
    const wrong = await read('topics:', 'moderators: [{ email: "two words@example.org", locale: en }]\ntopics:')
    expect(wrong.faults).toMatchObject([
      {
        line: 5,
        found: 'moderators[0].email: "two words@example.org"',
        expected: expect.stringContaining('without spaces'),
      },
    ])
  })
})

test.each([
  ['+32\u00a02\u202f555\u200900\u00a001', '+32 2 555 00 01'],
  ['+32\u20112–555 00 01', '+32-2-555 00 01'],
  ['\u200e+32 2 555 00 01', '+32 2 555 00 01'],
  ['＋３２ 2 555 00 01', '+32 2 555 00 01'],
])('a phone number copied as %j is read as %s', async (copied, phone) => {
  const { campaign, faults } = await read(
    'email: [director@example.org]',
    `email: [director@example.org]\n      phone: ["${copied}"]`,
  )
  expect(faults).toEqual([])
  expect(campaign?.targets[0]?.channels.phone).toEqual([phone])
})

test('a wrong value shows the characters that look like others', async () => {
  const { faults } = await read('country: NO', 'country: "N\u00a0O"')
  expect(faults).toMatchObject([{ found: 'country: "N[U+00A0]O"' }])
})

test.each(['http:example.org', 'https://example.org/a b', 'https://', 'example.org', 'https://example.org/"x"'])(
  'a web address of %j, which a mail could not link to, is refused',
  async (url) => {
    const { faults } = await read(
      'topics:',
      `sources: [{ id: leaflet, title: L, url: ${JSON.stringify(url)} }]\ntopics:`,
    )
    expect(faults).toMatchObject([{ line: 5, expected: expect.stringContaining('https://') }])
  },
)

test('a zone is told by its whole name', async () => {
  const event = (zone: string) =>
    `events: [{ id: a, title: T, start: 2026-03-29T12:00, zone: ${zone}, place: P }]\ntopics:`
  expect((await read('topics:', event('brussels'))).faults).toMatchObject([
    { expected: expect.stringContaining('Europe/Brussels') },
  ])
  expect((await read('topics:', event('Nowhere'))).faults).toMatchObject([
    { expected: expect.stringContaining('Europe/London') },
  ])
})
