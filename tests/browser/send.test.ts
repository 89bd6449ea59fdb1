import { expect, inject, test } from 'vitest'
import { TEST_READER_TOKEN, TEST_TOKEN } from '../settings.ts'
import { tocsin } from '../support/terminal.ts'

/** Runs `send` in a process of its own against the running server. */
const send = (args: string[], env: Record<string, string> = {}) =>
  tocsin(['send', ...args], { TOCSIN_URL: inject('url'), TOCSIN_TOKEN: TEST_TOKEN, ...env })

test('a dry run counts and says that nothing was sent, as one line of JSON', async () => {
  const { status, out } = await send(['river-street-bakery', '--dry-run', '--json'])
  expect([status, out.trimEnd().split('\n').length]).toEqual([0, 1])
  expect(JSON.parse(out)).toMatchObject({ state: 'finished', dryRun: true })
})

test('a wrong option or answer is reported in words that name the option, and the exit status says whose fault it is', async () => {
  const errorOf = async (expected: number, args: string[], env?: Record<string, string>) => {
    const { status, err } = await send(args, env)
    expect([args, status]).toEqual([args, expected])
    expect(err).not.toMatch(/\n {4}at /)
    return err
  }
  expect(await errorOf(1, ['no-such-campaign'])).toContain('No such campaign')
  expect(await errorOf(1, ['river-street-bakery', '--locales', 'de'])).toMatch(/--locales: found de; expected some of/)
  expect(await errorOf(2, ['river-street-bakery', '--rate', 'fast'])).toContain('--rate')
  expect(await errorOf(2, ['river-street-bakery', '--nonsense'])).toContain('--nonsense')
  expect(await errorOf(1, ['kuzbass-2002'])).toContain('closed')
  expect(await errorOf(1, ['river-street-bakery'], { TOCSIN_TOKEN: 'tocsin_wrong-token-0000000' })).toContain(
    'does not know this token (TOCSIN_TOKEN)',
  )
  expect(await errorOf(1, ['river-street-bakery'], { TOCSIN_TOKEN: TEST_READER_TOKEN })).toContain('expected send')
  expect(await errorOf(3, ['river-street-bakery'], { TOCSIN_URL: 'http://127.0.0.1:9' })).toContain(
    'No server answers at http://127.0.0.1:9',
  )
})
