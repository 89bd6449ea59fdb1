/** Texts that have broken programs: empty, long, of other scripts, with control characters, and parts of other languages. */
export const NASTY: readonly string[] = [
  '',
  ' ',
  'a'.repeat(513),
  'Ж'.repeat(2_000),
  '\u0000',
  '\r\nX-Injected: 1',
  '\u202Eevil\u2069',
  '\u200B',
  '\u{1F525}\u200D\u{1F468}',
  'Z̶̧̛͖a̸͔͗l̷͉̈́g̶̝̈o̷͖͂',
  '<fuzz-tag onload=x>',
  '"><fuzz-tag>',
  '{{ 7 | times: 7 }}',
  '%recipient.v0%',
  "'; DROP TABLE letter; --",
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'NaN',
  '-0',
  '1e400',
  '9007199254740993',
  'null',
  '=?utf-8?q?=0d=0aBcc:_x?=',
  '=cmd|x',
  'ana@example.org',
  'ana@ example .org',
  '"a b"@example.org',
  'ana@xn--80ak6aa92e.com',
  `${'a'.repeat(64)}@${'b'.repeat(190)}.org`,
  'http://[::1',
  'https://example.org/\u0000',
  'javascript:alert(1)',
  '2026-02-30T25:61:00Z',
  '0000-00-00',
  'Mon, 30 Nov 2026 12:00:00 GMT',
  'İ',
  'ß',
  '\uD800'.toWellFormed(),
  '[object Object]',
  '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
  '🇰🇿',
]

/** Bytes of a body: none, one, around the limits of forms, JSON and campaigns, and far above them. */
export const SIZES: readonly number[] = [0, 1, 63_999, 64_001, 65_536, 65_537, 300_000, 2_000_001]

export const pick = <T>(random: () => number, from: readonly T[]): T => {
  const one = from[Math.floor(random() * from.length)]
  if (one === undefined) throw new Error('there is nothing to pick from')
  return one
}

/** Up to `most` things. */
export const some = <T>(random: () => number, most: number, make: () => T): T[] =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, make)
