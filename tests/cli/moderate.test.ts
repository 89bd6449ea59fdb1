import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { tocsin } from '../support/terminal.ts'

const FIRST = 'ferry.b791043e-0000-4000-8000-000000000001'
const SECOND = 'dock.b791043f-0000-4000-8000-000000000002'

const servers: Array<ReturnType<typeof createServer>> = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server where these submissions wait. */
async function waiting(...ids: string[]) {
  const posted: Array<string | undefined> = []
  const items = ids.map((id) => ({
    ...{ id, campaign: id.split('.')[0], kind: 'support', receivedAt: '2026-12-01T08:00:00.000Z' },
    ...{ flags: [], acceptable: true, text: 'Keep the ferry.' },
  }))
  const answerTo = (method: string | undefined, id = '') => {
    if (method !== 'POST') return { items }
    if (ids.includes(id)) return { id, standing: 'accepted' }
    return { type: 'about:blank', title: 'No such submission', status: 404, detail: 'see GET /api/moderation' }
  }
  const server = createServer(async (request, response) => {
    await text(request)
    const id = request.url?.split('/').at(-1)
    if (request.method === 'POST' && ids.includes(id ?? '')) posted.push(id)
    if (request.method === 'POST' && !ids.includes(id ?? '')) response.statusCode = 404
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answerTo(request.method, id)))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const TOCSIN_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const run = (...args: string[]) => tocsin(['moderate', ...args], { TOCSIN_URL, TOCSIN_TOKEN: 'a-token-of-the-test' })
  return { posted, run }
}

test('a submission is named by its id or by 8 characters of it', async () => {
  const two = await waiting(FIRST, SECOND)
  for (const id of [FIRST, 'b791043e', 'B791043E-0000']) await two.run(id, '--accept')
  expect(two.posted).toEqual([FIRST, FIRST, FIRST])
})

test('nothing is decided that nobody has named, even if only one waits, and the answer says what to do', async () => {
  const only = await waiting(FIRST)
  expect(await only.run('--accept')).toMatchObject({ status: 2 })
  expect(only.posted).toEqual([])
  const { posted, run } = await waiting(FIRST, SECOND)
  for (const id of ['b79', '00000000', 'ferry.00000000'])
    expect(JSON.stringify(await run(id, '--accept'))).toContain('npm run tocsin -- moderate shows')
  expect(posted).toEqual([])
})

test('without a screen, what waits is followed by how to decide', async () => {
  expect(JSON.stringify(await (await waiting(FIRST)).run())).toContain('npm run tocsin -- moderate ID --accept')
  expect(JSON.stringify(await (await waiting()).run())).not.toContain('--accept')
})
