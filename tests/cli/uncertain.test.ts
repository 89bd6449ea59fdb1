import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { tocsin } from '../support/terminal.ts'

const ID = '0f1e2d3c-0000-4000-8000-000000000001'
const counts = { planned: 40, waiting: 0, accepted: 20, refused: 0, suppressed: 0, uncertain: 20, cancelled: 0 }
const dispatch = {
  ...{ id: ID, campaign: 'ferry', revision: '0123456789ab', email: 'appeal', audience: {}, dryRun: false },
  ...{ state: 'finished', counts, perLocale: { en: counts }, createdAt: '2026-12-01T08:00:00.000Z' },
}
const batch = (id: number) => ({
  ...{
    id,
    generation: 2,
    lane: 0,
    people: 10,
    reason: 'no answer',
    attemptedAt: 0,
    bodyHash: 'ab'.repeat(32),
    heard: 0,
  },
})
const uncertainBatches = [batch(3), batch(4)]

const servers: Array<ReturnType<typeof createServer>> = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server with one dispatch. `answers`: states of the dispatch in turn; '' cuts the connection. The last one stays. */
async function serving(answers: string[] = ['finished']) {
  const posted: Array<{ url: string | undefined; body: unknown }> = []
  const server = createServer(async (request, response) => {
    const state = answers.length > 1 ? answers.shift() : answers[0]
    if (state === '') return request.socket.destroy()
    const sent = await text(request)
    if (request.method === 'POST') posted.push({ url: request.url, body: JSON.parse(sent) })
    const shown = { ...dispatch, state }
    const one = request.method === 'POST' ? { resolved: [3], notResolved: [] } : { ...shown, uncertainBatches }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(request.url === '/api/dispatches' ? [shown] : one))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const TOCSIN_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { posted, run: (args: string[]) => tocsin(args, { TOCSIN_URL, TOCSIN_TOKEN: 'a-token-of-the-test' }) }
}

test('resolve lists uncertain batches and decides only with a decision and a yes', async () => {
  const { posted, run } = await serving()
  const listed = await run(['resolve'])
  expect([listed.status, listed.out]).toEqual([0, expect.stringMatching(/batch 3: 10 people.*no answer[\s\S]*batch 4/)])
  expect(listed.err).toContain('--decision count-as-sent | count-as-not-sent | send-again')
  expect(await run(['resolve', ID, '--decision', 'send-again'])).toMatchObject({ status: 2 })
  expect(await run(['resolve', '--decision', 'send-again', '--yes', '--batches', '3,5'])).toMatchObject({
    status: 2,
    err: expect.stringContaining('found 5; uncertain are: 3, 4'),
  })
  expect(posted).toEqual([])
  expect(await run(['resolve', '--decision', 'count-as-sent', '--yes', '--batches', '3'])).toMatchObject({ status: 0 })
  const body = { batches: [{ id: 3, generation: 2 }], decision: 'count-as-sent' }
  expect(posted).toEqual([{ url: `/api/dispatches/${ID}/resolve`, body }])
})

test('status --watch outlives a server that goes away for a moment, and says that the sending goes on', async () => {
  const { run } = await serving(['running', '', 'running', 'finished'])
  const { status, out, err } = await run(['status', ID, '--watch'])
  expect([status, err]).toEqual([0, expect.stringContaining('What is being sent goes on.')])
  expect(out.match(/^(running|finished): 40 of 40/gm)).toEqual(
    ['running', 'running', 'finished'].map((state) => `${state}: 40 of 40`),
  )
  expect(out).toContain(`npm run tocsin -- resolve ${ID}`)
})
