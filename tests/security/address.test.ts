import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Address,
  FINGERPRINT_CHARS,
  fingerprinter,
  isFingerprint,
  isReserved,
  mailboxOf,
  normaliseAddress,
} from '../../src/security/address.ts'

const address = (typed: string): Address => {
  const read = normaliseAddress(typed)
  if (!read.ok) throw new Error(`${typed}: ${read.error}`)
  return read.value
}
const fault = (typed: string) => {
  const read = normaliseAddress(typed)
  return read.ok ? `taken as ${read.value}` : read.error
}

/** Valid addresses as people type them: any case, dots, tags, and the unusual characters of RFC 5322. */
const local = fc
  .array(fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,15}$/), { minLength: 1, maxLength: 4 })
  .map((atoms) => atoms.join('.'))
  .filter((text) => text.length <= 64)
const typedAddress = fc.tuple(local, fc.domain()).map(([name, domain]) => `${name}@${domain}`)

test('a normalised address is its own normal form', () => {
  fc.assert(
    fc.property(typedAddress, (typed) => {
      const read = normaliseAddress(typed)
      fc.pre(read.ok)
      expect(normaliseAddress(read.value)).toEqual(read)
    }),
  )
})

test('case and surrounding spaces do not change the address', () => {
  fc.assert(
    fc.property(typedAddress, (typed) => {
      expect(normaliseAddress(` ${typed.toUpperCase()}\r\n`)).toEqual(normaliseAddress(typed))
    }),
  )
})

test('every accepted address is one line of printable ASCII within the limits of RFC 5321', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .tuple(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ unit: 'binary', maxLength: 80 }))
      .map(([name, domain]) => `${name}@${domain}.org`),
  )
  fc.assert(
    fc.property(anything, (typed) => {
      const read = normaliseAddress(typed)
      if (read.ok) expect(read.value).toMatch(/^(?=.{3,254}$)[!-?A-~]{1,64}@[a-z0-9.-]+\.[a-z0-9-]+$/)
    }),
    { numRuns: 1_000 },
  )
})

test('an inserted character is never silently dropped', () => {
  fc.assert(
    fc.property(fc.nat(0x1f), fc.nat(), (control, at) => {
      const typed = 'anna@example.org'
      const inside = 1 + (at % (typed.length - 1))
      const read = normaliseAddress(typed.slice(0, inside) + String.fromCharCode(control) + typed.slice(inside))
      expect(read.ok).toBe(false)
    }),
  )
})

test('control characters at either end of the domain are refused, although the URL parser would strip them', () => {
  expect(fault('anna@example.org\u0001')).toBe('domain')
  expect(fault('anna@\u0001example.org')).toBe('domain')
  expect(fault('anna@example.org\u007f')).toBe('domain')
})

test('domains in any script become lower-case punycode, non-transitionally', () => {
  expect(address('Anna@faß.de')).toBe('anna@xn--fa-hia.de')
  expect(address('anna@Пример.ОРГ')).toBe('anna@xn--e1afmkfd.xn--c1avg')
  expect(address('anna@XN--FA-HIA.de')).toBe('anna@xn--fa-hia.de')
  expect(address('anna@ｅｘａｍｐｌｅ．org')).toBe('anna@example.org')
})

test('quoted local parts, letters beyond ASCII and comments are refused', () => {
  for (const typed of [
    '"anna"@example.org',
    '"a@b"@example.org',
    'анна@example.org',
    'anna(me)@example.org',
    'a b@example.org',
  ]) {
    expect(fault(typed)).toBe('local-part')
  }
})

test('a letter that only becomes ASCII by lower-casing, such as the Kelvin sign, is refused', () => {
  expect(fault('\u212Aelvin@example.org')).toBe('local-part')
})

test('dots at the ends or in a row of a local part are refused', () => {
  for (const typed of ['.anna@example.org', 'anna.@example.org', 'an..na@example.org'])
    expect(fault(typed)).toBe('local-part')
})

test('domains that are no host names are refused', () => {
  const hosts = [
    'a_b..c',
    'localhost',
    '127.0.0.1',
    '[127.0.0.1]',
    '0x7f.1',
    'example.123',
    'example.org.',
    '-a.org',
    'a-.org',
    'a_b.org',
    'a.org:25',
    'a%2eorg',
    'a/b.org',
    'a.org#b',
    'a,b.org',
  ]
  for (const host of hosts) expect(`${host}: ${fault(`anna@${host}`)}`).toBe(`${host}: domain`)
})

test('a line break is refused, so no header can be injected', () => {
  expect(fault('anna@example.org\r\nBcc: all@example.org')).not.toMatch(/^taken/)
  expect(fault('anna\r\n@example.org')).toBe('local-part')
  expect(fault('anna@exam\nple.org')).toBe('domain')
})

test('an empty text and a text without a domain have faults of their own', () => {
  expect(fault('')).toBe('empty')
  expect(fault(' \t')).toBe('empty')
  expect(fault('anna')).toBe('no-domain')
  expect(fault('anna@')).toBe('no-domain')
  expect(fault('@example.org')).toBe('no-domain')
})

test('64 octets before the @, 63 in a label and 254 in all are the most', () => {
  const label = 'd'.repeat(63)
  expect(address(`${'a'.repeat(64)}@example.org`)).toHaveLength(76)
  expect(fault(`${'a'.repeat(65)}@example.org`)).toBe('local-part')
  expect(address(`a@${label}.org`)).toHaveLength(69)
  expect(fault(`a@d${label}.org`)).toBe('domain')
  const domain = `${label}.${label}.${'d'.repeat(57)}.org` // 189 octets
  const longer = `${label}.${label}.${'d'.repeat(58)}.org`
  expect(address(`${'a'.repeat(64)}@${domain}`)).toHaveLength(254)
  expect(fault(`${'a'.repeat(64)}@${longer}`)).toBe('too-long')
  expect(fault(`anna@${'d.'.repeat(10_000)}org`)).toBe('too-long')
})

test('an address has one fingerprint per key', async () => {
  const keyed = await fingerprinter(new Uint8Array(32).fill(1))
  const rekeyed = await fingerprinter(new Uint8Array(32).fill(2))
  const anna = await keyed(address('Anna@Example.org'))
  expect(anna).toBe('670315ea5e82e79c646e3ec8a4d0f3a1')
  expect(await keyed(address('anna@example.org '))).toBe(anna)
  expect(await keyed(address('anna+1@example.org'))).not.toBe(anna)
  expect(await rekeyed(address('anna@example.org'))).not.toBe(anna)
  expect(isFingerprint(anna)).toBe(true)
  expect(anna).toHaveLength(FINGERPRINT_CHARS)
})

test('tags and, for Gmail, dots do not change the mailbox', () => {
  const mailbox = (typed: string) => mailboxOf(address(typed))
  expect(mailbox('anna+appeals@example.org')).toBe('anna@example.org')
  expect(mailbox('anna+a+b@example.org')).toBe('anna@example.org')
  expect(mailbox('an.na@example.org')).toBe('an.na@example.org')
  expect(mailbox('A.n.n.a+x@GoogleMail.com')).toBe('anna@gmail.com')
  expect(mailbox('+anna@example.org')).toBe('+anna@example.org') // only a tag and no name, so nothing is removed
})

test('the mailbox of a mailbox is itself', () => {
  fc.assert(
    fc.property(typedAddress, (typed) => {
      const read = normaliseAddress(typed)
      fc.pre(read.ok)
      const mailbox = mailboxOf(read.value)
      expect(mailboxOf(mailbox)).toBe(mailbox)
    }),
  )
})

test('reserved domains are recognised; similar ordinary domains are not', () => {
  for (const domain of ['example.org', 'a.example.com', 'example', 'x.invalid', 'x.test', 'localhost']) {
    expect(isReserved(`anna@${domain}`)).toBe(true)
  }
  for (const domain of ['example.de', 'myexample.org', 'test.org', 'contest', 'invalid.net']) {
    expect(isReserved(`anna@${domain}`)).toBe(false)
  }
})
