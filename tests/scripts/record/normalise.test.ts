import { describe, expect, test } from 'vitest'
import { normalise, withoutNumbers } from '../../../scripts/record/normalise.ts'

const TOKENS = [1, 2].map((n) =>
  Buffer.concat([Buffer.from([2, 0x6b, 0x31]), Buffer.alloc(60, n)]).toString('base64url'),
)
const UUIDS = ['0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d', '1a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d']
const [token = '', otherToken = ''] = TOKENS
const [uuid = '', otherUuid = ''] = UUIDS

describe('a random value', () => {
  test('gets the same placeholder at each occurrence, numbered by first appearance', () => {
    const text = `/confirm/${token} /erase/${otherToken} /confirm/${token} ${uuid} ${otherUuid} ${uuid}`
    expect(normalise(text)).toBe(
      '/confirm/{token 1, 84 characters} /erase/{token 2, 84 characters} /confirm/{token 1, 84 characters} {uuid 1} {uuid 2} {uuid 1}',
    )
  })

  test('does not make two recordings differ', () => {
    const first = `<a href="/confirm/${token}">${uuid}</a>`
    const second = `<a href="/confirm/${otherToken}">${otherUuid}</a>`
    expect(first).not.toBe(second)
    expect(normalise(first)).toBe(normalise(second))
  })

  test('gets another placeholder if it no longer equals another value', () => {
    expect(normalise(`${uuid} ${uuid}`)).not.toBe(normalise(`${uuid} ${otherUuid}`))
  })

  test('shows its length if it is a token, so that more content is noticed', () => {
    expect(normalise(token)).not.toBe(normalise(`${token}AAAA`))
  })

  test('is replaced inside boundaries and Message-IDs, whose other parts stay', () => {
    const hex = 'abcdef0123456789abcd'
    expect(normalise(`boundary="--_NmP-${hex}ffff-Part_1"`)).toBe('boundary="--_NmP-{boundary 1}-Part_1"')
    expect(normalise(`<confirm.${hex}@127.0.0.1> <${uuid}.${hex}@127.0.0.1>`)).toBe(
      '<confirm.{message 1}@127.0.0.1> <{uuid 1}.{message 1}@127.0.0.1>',
    )
  })

  test('is replaced if it is the hash of a call; other hashes stay', () => {
    const hash = '0123456789abcdef'.repeat(4)
    expect(normalise(`{"bodyHash":"${hash}","revision":"${hash}"}`)).toBe(
      `{"bodyHash":"{hash of a call 1}","revision":"${hash}"}`,
    )
  })

  test('gets a placeholder without a number for sorting texts', () => {
    expect(withoutNumbers(`a ${uuid} ${token}`)).toBe(withoutNumbers(`a ${otherUuid} ${otherToken}`))
  })
})

describe('any other value', () => {
  const PLAIN = [
    'Three bakers for a safe oven',
    'Пекари с Речной улицы',
    '1,234 people have written',
    '2026-12-07T12:00:00.000Z',
    'Mon, 07 Dec 2026 12:00:00 +0000',
    'revision 94429d8de5b4, /style.css?v=0fd57df8',
    `sha256 ${'0123456789abcdef'.repeat(4)}`,
    '+999 555 0101',
    'Amsxterdam',
    'x-tocsin: abcdef0123456789abcd',
    'abcdef0123456789abcd@example.org',
    '<ovens.abcdef0123456789abc@127.0.0.1>',
    '0a1b2c3d-4e5f-4a6b-8c7d',
  ]

  test.each(PLAIN)('stays unchanged: %s', (text) => {
    expect(normalise(text)).toBe(text)
  })

  test('shows its changes beside random values', () => {
    const page = `<p>On 7 December 31 people confirmed ${uuid}: /confirm/${token}</p>`
    const recorded = normalise(page)
    for (const [from, to] of [
      ['31', '32'],
      ['December', 'January'],
      ['confirmed', 'wrote'],
      ['/confirm/', '/erase/'],
      ['<p>', '<div>'],
      ['7', '8'],
    ] as const)
      expect(normalise(page.replace(from, to))).not.toBe(recorded)
  })
})

test('a value without a form is replaced by its known name, the longest value first', () => {
  const known = new Map([
    ['4711', 'import'],
    ['47110815', 'other import'],
  ])
  expect(normalise('/imports/47110815 /imports/4711', { known })).toBe('/imports/{other import} /imports/{import}')
})
