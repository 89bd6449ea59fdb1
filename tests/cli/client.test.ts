import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { ApiError, call, download } from '../../src/cli/client.ts'

type Seen = { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders; body: string }
type Given = { status?: number; headers?: Record<string, string>; body?: string }

const servers: Array<ReturnType<typeof createServer>> = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server that records requests and gives a fixed answer. */
async function serving({ status = 200, headers = {}, body = '{}' }: Given) {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const { method, url, headers: asked } = request
    seen.push({ method, url, headers: asked, body: await text(request) })
    response.writeHead(status, headers).end(body)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { seen, deployment: { url: `http://127.0.0.1:${port}`, token: 'secret' } }
}

test('fills in the path, omits undefined query parameters, and sends the token', async () => {
  const { seen, deployment } = await serving({ body: '{"id":"a/b"}', headers: { link: '<x>' } })
  const path = { id: 'a/b' }
  const answer = await call(deployment, 'get', '/api/supporters/imports/{id}', { path, query: { after: undefined } })
  expect(answer).toMatchObject({ status: 200, json: { id: 'a/b' }, headers: { link: '<x>' } })
  expect(seen[0]).toMatchObject({ method: 'GET', url: '/api/supporters/imports/a%2Fb' })
  expect(seen[0]?.headers.authorization).toBe('Bearer secret')
})

test('sends JSON with the headers of the operation', async () => {
  const { seen, deployment } = await serving({ status: 202, body: '{"status":"queued","locale":"en"}' })
  const json = { campaign: 'ferry', revision: '0123456789ab', email: 'appeal', testTo: 'me@example.org' }
  const header = { 'Idempotency-Key': 'k' }
  const answer = await call(deployment, 'post', '/api/dispatches', { header, json })
  expect(answer.status === 202 && answer.json.locale).toBe('en')
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual(json)
  expect(seen[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': 'k' })
})

test('uploads and downloads files as streams', async () => {
  const { seen, deployment } = await serving({ status: 202, body: '{"id":"1"}' })
  const file = { type: 'text/csv', stream: Readable.from(['email\n', 'a@example.org\n']) } as const
  await call(deployment, 'post', '/api/supporters/import', { query: { locale: 'ru' }, file })
  expect(seen[0]).toMatchObject({ url: '/api/supporters/import?locale=ru', body: 'email\na@example.org\n' })
  expect(await text(await download(deployment, '/api/supporters/export', {}))).toBe('{"id":"1"}')
})

test('an ApiError contains the problem’s title, detail and every invalid field', async () => {
  const problem = {
    type: 'about:blank',
    title: 'Not now',
    status: 409,
    detail: 'later',
    errors: [{ path: 'sendAt', message: 'is past' }],
    confirmedAfter: '2026-11-22T12:00:00.000Z',
  }
  const { deployment } = await serving({ status: 409, body: JSON.stringify(problem) })
  const error = await call(deployment, 'get', '/api/campaigns', {}).catch((thrown: unknown) => thrown)
  if (!(error instanceof ApiError)) throw error
  expect(error.message).toBe('Not now: later\n  sendAt: is past')
  expect(error.problem).toEqual(problem)
})

test('other error bodies are reported by status; a 5xx is an Error and not a Mistake', async () => {
  const refused = await serving({ status: 404, body: '<html>' })
  await expect(call(refused.deployment, 'get', '/api/campaigns', {})).rejects.toThrow('GET /api/campaigns answered 404')
  const failed = await serving({ status: 500, body: '{"title":"Something went wrong on our side"}' })
  const error = await call(failed.deployment, 'get', '/api/stats', {}).catch((thrown: unknown) => thrown)
  expect(error).not.toBeInstanceOf(ApiError)
  expect(String(error)).toContain('Something went wrong on our side')
})
