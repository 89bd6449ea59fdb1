import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { tocsin } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-preview-command-'))
afterAll(() => rmSync(folder, { recursive: true }))

const out = join(folder, 'out')
const preview = (...args: string[]) => tocsin(['preview', '--no-build', '--out', out, ...args])

test('a campaign that does not exist, or that has a fault, is named with what to do, and nothing is written', async () => {
  expect(await preview('river-street-bakry')).toMatchObject({
    status: 1,
    err: expect.stringContaining('Did you mean river-street-bakery?'),
  })
  const broken = join(folder, 'kuzbass-2002')
  cpSync(join(import.meta.dirname, '../../campaigns/kuzbass-2002'), broken, { recursive: true })
  const file = join(broken, 'campaign.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^country:/m, 'countri:'))
  const { status, err } = await preview(broken)
  expect(status).toBe(1)
  expect(err).toMatch(/campaign\.yaml:\d+: found .*countri/)
  expect(err).toContain('Nothing was written.')
  expect(existsSync(out)).toBe(false)
})

test('a folder with files of other programs is left as it is', async () => {
  const mine = join(out, 'kuzbass-2002')
  mkdirSync(mine, { recursive: true })
  writeFileSync(join(mine, 'notes.txt'), 'mine')
  expect(await preview('kuzbass-2002')).toMatchObject({
    status: 1,
    err: expect.stringContaining('name another with --out'),
  })
  expect(readFileSync(join(mine, 'notes.txt'), 'utf8')).toBe('mine')
})
