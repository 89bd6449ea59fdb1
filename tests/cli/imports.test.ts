import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { tocsin } from '../support/terminal.ts'

const ids = ['a1b2c3d4', 'a1b2c3d5', 'ffffffff'].map((start) => start + '0'.repeat(24))
const [FIRST = '', SECOND = '', EXPORT = ''] = ids
const listed = (id: string, state: string, kind = 'import') => ({
  ...{ id, kind, state, by: 'anna', format: 'ndjson', startedAt: '2026-12-01T08:00:00.000Z', people: 9, imported: 4 },
})
const view = (id: string, state: string) => ({
  ...{ ...listed(id, state), merged: 0, confirming: 0, refused: 0, waiting: 0, cancelled: 5 },
  ...{ ignoredColumns: [], notes: [], report: [], parts: [] },
})

const servers: Array<ReturnType<typeof createServer>> = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A deployment with two imports, in these states, and an export. `posted`: paths of the requests that change something. */
async function serving(...states: [first: string, second: string]) {
  const posted: string[] = []
  const server = createServer(({ method, url = '' }, response) => {
    if (method === 'POST') posted.push(url)
    const all = [listed(FIRST, states[0]), listed(SECOND, states[1]), listed(EXPORT, 'finished', 'export')]
    const [, id = ''] = /imports\/(\w{32})/.exec(url) ?? []
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(id === '' ? all : view(id, posted.length > 0 ? 'cancelled' : 'finished')))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const TOCSIN_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { posted, run: (...args: string[]) => tocsin(['import', ...args], { TOCSIN_URL, TOCSIN_TOKEN: 'a-token' }) }
}

test('imports are listed and shown by the first digits of their ids; exports are not among them', async () => {
  const { run } = await serving('importing', 'importing')
  const { out } = await run('--list')
  expect([out.includes(FIRST), out.includes(SECOND), out.includes(EXPORT)]).toEqual([true, true, false])
  expect((await run('--status', 'A1B2C3D5')).out).toContain(`Import ${SECOND} is finished`)
  expect(await run('--status', 'a1b2c3d')).toMatchObject({ status: 1, err: expect.stringContaining('import --list') })
  expect(await run('--status')).toMatchObject({ status: 2, err: expect.stringContaining(SECOND) })
})

test('an import is cancelled after a yes, and is not named if only one goes on', async () => {
  const { run, posted } = await serving('finished', 'confirming')
  expect(await run('--cancel')).toMatchObject({ status: 2, err: expect.stringContaining('4 were added and stay') })
  expect(posted).toEqual([])
  expect((await run('--cancel', '--yes')).out).toContain(`Import ${SECOND} is cancelled`)
  expect(posted).toEqual([`/api/supporters/imports/${SECOND}/cancel`])
})

test('where no import goes on, none is cancelled, and the newest is shown', async () => {
  const { run, posted } = await serving('finished', 'abandoned')
  expect(await run('--cancel', '--yes')).toMatchObject({ status: 1, err: expect.stringContaining('No import goes on') })
  expect((await run('--status')).out).toContain(FIRST)
  expect(posted).toEqual([])
})
