import { expect, test } from 'vitest'
import { localIso, momentIn } from '../../src/cli/moment.ts'

const NOW = new Date('2026-11-30T21:00:00Z')

test.each([
  ['2026-12-05T16:00:00Z', '2026-12-05T16:00:00.000Z'],
  ['2026-12-05T16:00Z', '2026-12-05T16:00:00.000Z'],
  ['2026-12-05 16:00+01:00', '2026-12-05T15:00:00.000Z'],
  ['2026-12-05T16:00:30.5+0545', '2026-12-05T10:15:30.500Z'],
  [' 2026-12-05t16:00 -03:00', '2026-12-05T19:00:00.000Z'],
])('--at %s means %s', (typed, iso) => {
  expect(momentIn('--at', typed, NOW)).toEqual({ iso, isLocal: false })
})

test('a time without a zone is a time of this machine', () => {
  const local = new Date(2026, 11, 5, 16, 0)
  expect(momentIn('--at', '2026-12-05T16:00', NOW)).toEqual({ iso: local.toISOString(), isLocal: true })
  expect(localIso(local)).toMatch(/^2026-12-05T16:00[+-]\d\d:\d\d$/)
  expect(new Date(localIso(local))).toEqual(local)
})

test.each(['tomorrow', '2026-12-05', '16:00', '05.12.2026 16:00', '2026-02-30T16:00Z', '2026-12-05T25:00Z', ''])(
  '--at “%s” is refused: the forms expected and the time here are told',
  (typed) => {
    expect(() => momentIn('--at', typed, NOW)).toThrow(
      /^--at: found “.*”; expected .*2026-12-05T16:00:00Z.* It is now 20\d\d-.*T\d\d:00[+-]\d\d:\d\d here\.$/,
    )
  },
)
