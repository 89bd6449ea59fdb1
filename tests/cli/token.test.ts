import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { findToken } from '../../src/cli/token.ts'
import { tocsin } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-token-'))
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  for (const name of ['.tocsin', '.dev.vars', 'mine']) rmSync(join(folder, name), { recursive: true, force: true })
  mkdirSync(join(folder, '.tocsin'))
})

function file(name: string, text: string, mode = 0o600): void {
  writeFileSync(join(folder, name), text)
  chmodSync(join(folder, name), mode)
}

const found = (env: Record<string, string> = {}, isLocal = true) => findToken({ isLocal, env, folder })

test('the token is TOCSIN_TOKEN, else of TOCSIN_TOKEN_FILE, else of .dev.vars here and of .tocsin/token elsewhere', () => {
  expect(found()).toEqual({ token: '', from: '' })
  file('.tocsin/token', 'in-the-folder\n')
  expect(found()).toEqual({ token: 'in-the-folder', from: '.tocsin/token' })
  file('.dev.vars', 'TOCSIN_TOKEN="of-this-machine"\n')
  expect(found()).toEqual({ token: 'of-this-machine', from: 'TOCSIN_TOKEN in .dev.vars' })
  expect(found({}, false)).toEqual({ token: 'in-the-folder', from: '.tocsin/token' })
  file('mine', ' in-a-file \n')
  const env = { TOCSIN_TOKEN_FILE: join(folder, 'mine') }
  expect(found(env)).toMatchObject({ token: 'in-a-file' })
  expect(found({ ...env, TOCSIN_TOKEN: 'in-the-environment' })).toMatchObject({ token: 'in-the-environment' })
})

test('a token file that others may read is refused with the reason, and its token is not shown', () => {
  for (let mode = 0o600; mode <= 0o677; mode++) {
    file('.tocsin/token', 'secret-token', mode)
    const answer = found()
    if (mode === 0o600) expect(answer).toMatchObject({ token: 'secret-token' })
    else expect(answer).toEqual({ fault: expect.stringContaining(`has mode ${mode.toString(8)}; expected 600`) })
  }
  file('mine', 'secret-token', 0o644)
  expect(found({ TOCSIN_TOKEN_FILE: 'mine' })).toEqual({
    fault: 'TOCSIN_TOKEN_FILE: mine has mode 644; expected 600, so that nobody else reads the token: chmod 600 mine',
  })
  expect(found({ TOCSIN_TOKEN_FILE: 'none' })).toEqual({ fault: expect.stringContaining('found no file none') })
  for (const text of ['', 'two tokens', 'two\ntokens']) {
    file('mine', text)
    expect(found({ TOCSIN_TOKEN_FILE: 'mine' })).toEqual({ fault: expect.stringContaining('expected one token') })
  }
})

test('a token that the server does not know is named with its place, and a missing one with what to do', async () => {
  const server = createServer((_, response) => response.writeHead(401).end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const list = () => tocsin(['list', '--url', url], {}, folder)
  expect(await list()).toMatchObject({ status: 1, err: expect.stringContaining('needs a token: set TOCSIN_TOKEN') })
  file('.dev.vars', 'TOCSIN_TOKEN=stale\n')
  expect(await list()).toMatchObject({ status: 1, err: expect.stringContaining('(TOCSIN_TOKEN in .dev.vars)') })
  file('.dev.vars', '')
  file('.tocsin/token', 'stale', 0o640)
  expect(await list()).toMatchObject({ status: 1, err: expect.stringContaining('has mode 640') })
  server.close()
})

test('no server: exit status 3. No URL: exit status 2. Both in words', async () => {
  expect(await tocsin(['list', '--url', 'http://127.0.0.1:9'], {}, folder)).toMatchObject({
    status: 3,
    err: expect.stringContaining('No server answers at http://127.0.0.1:9 (ECONNREFUSED).'),
  })
  for (const wrong of ['act.example.org', 'ftp://act.example.org', 'https://'])
    expect(await tocsin(['list', '--url', wrong], {}, folder)).toMatchObject({
      status: 2,
      err: expect.stringContaining(`found “${wrong}”`),
    })
})
