import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { TEST_READER_TOKEN, TEST_TOKEN } from '../settings.ts'

const script = join(import.meta.dirname, '..', '..', 'src', 'cli', 'send.ts')

type Ran = { status: number; out: string; err: string }

/** Runs `npm run send` in a process of its own against the running server. */
const send = (args: string[], env: Record<string, string> = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, TOCSIN_URL: inject('url'), TOCSIN_TOKEN: TEST_TOKEN, ...env } }
    execFile(process.execPath, [script, ...args], options, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    )
  })

test('a dry run counts and says that nothing was sent', async () => {
  const { status, out } = await send(['river-street-bakery', '--dry-run', '--json'])
  expect(status).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ state: 'finished', dryRun: true })
})

test('a wrong option or answer is reported in one line that names the option, with exit status 1', async () => {
  const errorOf = async (args: string[], env?: Record<string, string>) => {
    const { status, err } = await send(args, env)
    expect(status).toBe(1)
    expect(err).not.toMatch(/\n {4}at /)
    return err
  }
  expect(await errorOf(['no-such-campaign'])).toContain('No such campaign')
  expect(await errorOf(['river-street-bakery', '--locales', 'de'])).toMatch(/--locales: found de; expected some of/)
  expect(await errorOf(['river-street-bakery', '--rate', 'fast'])).toContain('--rate')
  expect(await errorOf(['river-street-bakery', '--nonsense'])).toContain('--nonsense')
  expect(await errorOf(['kuzbass-2002'])).toContain('closed')
  expect(await errorOf(['river-street-bakery'], { TOCSIN_TOKEN: 'tocsin_wrong-token-0000000' })).toContain(
    'No valid API token',
  )
  expect(await errorOf(['river-street-bakery'], { TOCSIN_TOKEN: TEST_READER_TOKEN })).toContain('expected send')
  expect(await errorOf(['river-street-bakery'], { TOCSIN_URL: 'http://127.0.0.1:9' })).toContain(
    'No server answers at http://127.0.0.1:9',
  )
})
