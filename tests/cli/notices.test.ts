import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { tocsin } from '../support/terminal.ts'

const none = { planned: 9, waiting: 9, accepted: 0, refused: 0, suppressed: 0, uncertain: 0, cancelled: 0 }
const dispatch = (id: string, state: string, more: object = {}) => ({
  ...{ id, state, campaign: 'ferry', revision: '0123456789ab', email: 'appeal', audience: {}, dryRun: false },
  ...{ perLocale: {}, counts: none, createdAt: '2026-12-01T08:00:00.000Z', uncertainBatches: [], ...more },
})
const HELD = {
  paused: { kind: 'hold-after', detail: 'the number of people in holdAfter was handed over' },
  holdAfter: 20,
}
const listed = [
  dispatch('held', 'paused', HELD),
  dispatch('went-on', 'running'),
  dispatch('over', 'finished'),
  dispatch('unknown-calls', 'finished', { counts: { ...none, uncertain: 3 } }),
]
const notice = (kind: string, subject: string, detail?: string) => ({
  ...{ kind, subject, count: 1, summary: `Of ${subject}.`, action: `Act on ${subject}.`, ...(detail && { detail }) },
  ...{ firstAt: '2026-12-01T08:00:00.000Z', lastAt: '2026-12-01T08:00:00.000Z' },
})
const notices = [
  notice('dispatch-paused', 'held', 'hold-after'),
  notice('dispatch-paused', 'went-on', 'campaign-changed'),
  notice('dispatch-paused', 'deleted', 'complaint-rate'),
  notice('dispatch-paused', 'older', 'bounce-rate'),
  notice('dispatch-uncertain', 'unknown-calls', '3 people'),
  notice('dispatch-uncertain', 'over', '2 people'),
  notice('everything-stopped', 'sending', 'by anna'),
  notice('letters-stopped', 'ferry', 'no address'),
]

const servers: Array<ReturnType<typeof createServer>> = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** Runs `notices` at a deployment with these dispatches and notices. */
async function noticesAt(isStopped: boolean, ...args: string[]) {
  const answers: Record<string, unknown> = {
    '/api/notices': notices,
    '/api/dispatches': listed,
    '/api/dispatches/older': dispatch('older', 'cancelled'),
    '/api/stats': isStopped ? { stopped: { at: '2026-12-01T08:00:00.000Z', by: 'anna' } } : {},
  }
  const server = createServer(({ url = '' }, response) => {
    const answer = answers[url]
    response.statusCode = answer === undefined ? 404 : 200
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answer ?? { type: 'about:blank', title: 'Not found', status: 404 }))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const TOCSIN_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return tocsin(['notices', ...args], { TOCSIN_URL, TOCSIN_TOKEN: 'a-token' })
}
const acts = (out: string) => [...out.matchAll(/Act on ([\w-]+)\./g)].map(([, subject]) => subject)

test('notices lists what is still to be done, and says how much is settled', async () => {
  const { out, err } = await noticesAt(true)
  expect(acts(out)).toEqual(['held', 'unknown-calls', 'sending', 'ferry'])
  expect(out).toContain('The first 20 people have their mail')
  expect(out).not.toMatch(/hold-after|holdAfter|campaign-changed/)
  expect(err).toContain('Not shown: 4 notices that are settled. Add --all.')
})

test('after go-on the notice of the stop is settled; --all shows it as settled', async () => {
  expect(acts((await noticesAt(false)).out)).toEqual(['held', 'unknown-calls', 'ferry'])
  const { out, err } = await noticesAt(false, '--all')
  expect([out.match(/Settled: nothing is to be done/g)?.length, err]).toEqual([5, ''])
  expect(out).not.toMatch(/campaign-changed|complaint-rate|bounce-rate/)
})

test('with --json each notice says whether it is settled', async () => {
  const { out } = await noticesAt(false, '--json')
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ settled }) => settled)).toEqual([false, true, true, true, false, true, true, false])
})
