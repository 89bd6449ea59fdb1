import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, inject, test } from 'vitest'
import { TEST_READER_TOKEN, TEST_TOKEN } from '../settings.ts'
import { tocsin } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-lists-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs `import` or `export` in a process of its own against the running server. */
const run = (command: 'import' | 'export', args: string[], env: Record<string, string> = {}) =>
  tocsin([command, ...args, ...(command === 'import' && !args.includes('--status') ? ['--yes'] : [])], {
    TOCSIN_URL: inject('url'),
    TOCSIN_TOKEN: TEST_TOKEN,
    ...env,
  })

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const HEAD = 'email,name,consent_source,consent_at'

test('npm run import brings a list in, and npm run export writes it out', async () => {
  const list = file('members.csv', `${HEAD}\nlists1@example.org,=1+1,petition,2024-05-31\nnobody,,,\n`)
  const { status, out } = await run('import', [list, '--locale', 'ru'])
  expect([status, out]).toEqual([0, expect.stringContaining('1 are on the list now')])
  expect(out).toContain('row 3: the address is not valid')
  const [, id = ''] = /Import ([0-9a-f]{32}) is finished/.exec(out) ?? []
  expect((await run('import', ['--status', id])).out).toContain(id)

  const taken = join(folder, 'taken.csv')
  expect((await run('export', [taken])).out).toContain(taken)
  expect(readFileSync(taken, 'utf8')).toContain(
    `"lists1@example.org","'=1+1","ru","","","import:petition","2024-05-31T00:00:00.000Z",""`,
  )
  expect(statSync(taken).mode & 0o077).toBe(0)
  const again = await run('export', [taken])
  expect([again.status, again.err]).toEqual([1, expect.stringContaining('not written over')]) // an existing file is not overwritten
  expect((await run('import', [taken])).out).toContain('were on the list already')
})

test('a fault is reported in words, with exit status 1 or 3', async () => {
  const errorOf = async (command: 'import' | 'export', args: string[], env?: Record<string, string>, expected = 1) => {
    const { status, err } = await run(command, args, env)
    expect([status, err]).toEqual([expected, expect.not.stringMatching(/\n {4}at /)])
    return err
  }
  const large = `${HEAD}\n${'lists2@example.org,,petition,2024-05-31\n'.repeat(200_000)}`
  const latin1 = file('latin1.csv', Buffer.concat([Buffer.from(`${HEAD}\nren\u00e9`, 'latin1'), Buffer.from(large)]))
  expect(await errorOf('import', [latin1])).toContain('not UTF-8')
  expect(await errorOf('import', [file('none.csv', 'a,b\n1,2\n')])).toContain('no column holds the address')
  expect(await errorOf('import', [join(folder, 'missing.csv')])).toContain('missing.csv: there is no such file')
  expect(await errorOf('import', [file('list.xlsx', '')])).toContain(
    'expected a file name that ends in .csv or .ndjson',
  )
  const good = file('good.csv', `${HEAD}\nanna@example.org,,petition,2024-05-31\n`)
  expect(await errorOf('import', [good, '--locale', 'xx'])).toContain('locale: expected one of')
  expect(await errorOf('import', [good], { TOCSIN_TOKEN: TEST_READER_TOKEN })).toContain('expected supporters')
  expect(await errorOf('import', [good], { TOCSIN_URL: 'http://127.0.0.1:9' }, 3)).toContain('ECONNREFUSED')
  expect(await errorOf('export', [join(folder, 'x.csv')], { TOCSIN_TOKEN: TEST_READER_TOKEN })).toContain(
    'expected supporters',
  )
})
