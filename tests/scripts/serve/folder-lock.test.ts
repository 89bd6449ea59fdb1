import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { lockFolder } from '../../../scripts/serve/folder-lock.ts'
import { startGate } from '../../../scripts/serve/gate.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'tocsin-lock-'))
const gate = await startGate(0, { id: 'first' })
afterAll(() => gate.close())
const first = { url: gate.url, id: 'first' }
const second = { url: 'http://127.0.0.1:1', id: 'second' }

test('a folder takes one server at a time, and says which one it has', async () => {
  const state = folder()
  const unlock = await lockFolder(state, first)
  await expect(lockFolder(state, second)).rejects.toThrow(`${gate.url}, process ${process.pid}`)
  unlock()
  const unlockSecond = await lockFolder(state, second)
  unlockSecond()
})

test.each([
  ['a process that has ended', { pid: 2 ** 30, ...first }],
  ['a process with the same number that is another program', { pid: process.pid, ...second }],
  ['a server on the same port with another folder', { pid: process.pid, url: gate.url, id: 'earlier' }],
  ['half a file', null],
])('a lock left by %s is taken over', async (_, left) => {
  const state = folder()
  const since = new Date().toISOString()
  writeFileSync(join(state, 'server-lock.json'), left === null ? '{"pid": 1' : JSON.stringify({ ...left, since }))
  const unlock = await lockFolder(state, first)
  await expect(lockFolder(state, second)).rejects.toThrow('already runs')
  unlock()
})
