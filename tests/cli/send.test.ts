import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { NotWanted } from '../../src/cli/command.ts'
import { conduct } from '../../src/cli/dispatches/conduct.ts'
import type { Interrupts } from '../../src/cli/program/interrupts.ts'
import type { Terminal } from '../../src/cli/program/terminal.ts'
import { ferry } from '../support/campaign.ts'
import { tocsin } from '../support/terminal.ts'

const ID = '0f1e2d3c-0000-4000-8000-000000000001'
const DRY = '0f1e2d3c-0000-4000-8000-000000000002'
const countsOf = (planned: number, done = planned) => ({
  ...{ planned, waiting: planned - done, accepted: done, refused: 0, suppressed: 0, uncertain: 0, cancelled: 0 },
})
const dispatchOf = (more: object = {}) => ({
  ...{ id: ID, campaign: ferry.slug, revision: ferry.revision, email: 'appeal', audience: {}, dryRun: false },
  ...{ state: 'finished', counts: countsOf(3), perLocale: { en: countsOf(3) }, createdAt: '2026-12-01T08:00:00.000Z' },
  ...more,
})
const counted = dispatchOf({
  ...{ id: DRY, dryRun: true, leftOut: { reached: 142, paused: 1, suppressed: 0 } },
  realAnswer: { state: 'scheduled' },
})

/** The campaign with an old translation and without a text in Kazakh. */
const { kk: _, ...spoken } = ferry.words
const published = { ...ferry, words: { ...spoken, fr: { ...ferry.words.fr, stale: true } } }

type Answer = { status?: number; json?: object; headers?: Record<string, string>; cut?: boolean }
type Handler = (
  request: { method: string; url: string; body: Record<string, unknown> },
  seen: number,
) => Answer | Promise<Answer>

const servers: Array<ReturnType<typeof createServer>> = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A deployment that answers as it is told; by default, one where everything goes well. `asked`: `METHOD path` of each request. */
async function deployment(handler: (usual: Handler) => Handler = (usual) => usual) {
  const asked: string[] = []
  const posted: Array<Record<string, unknown>> = []
  const usual: Handler = ({ method, url, body }) => {
    if (url.startsWith('/api/campaigns/')) return { json: published }
    if (method === 'POST' && url === '/api/dispatches')
      return { status: 201, json: body.dryRun ? counted : dispatchOf({ state: 'running' }) }
    if (method === 'POST' && url.endsWith('/pause'))
      return { json: dispatchOf({ state: 'paused', paused: { kind: 'asked', detail: 'paused by desk' } }) }
    if (url === '/api/notices') return { json: [] }
    return { json: dispatchOf() }
  }
  const act = handler(usual)
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '' } = request
    const words = await text(request)
    const body = words === '' ? {} : JSON.parse(words)
    asked.push(`${method} ${url}${body.dryRun === true ? ' dry' : ''}`)
    if (method === 'POST') posted.push(body)
    const { status = 200, json = {}, headers = {}, cut = false } = await act({ method, url, body }, asked.length)
    if (cut) return void request.socket.destroy()
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = { TOCSIN_URL: url, TOCSIN_TOKEN: 'a-token-of-the-test' }
  return { asked, posted, url, server, env, run: (args: string[]) => tocsin(args, env) }
}

const SENT = 'POST /api/dispatches'
const sentIn = (asked: string[]) => asked.filter((one) => one === SENT).length

test('it shows title, e-mail, subjects, people by language, who is left out and why, and the warnings of check', async () => {
  const { asked, run } = await deployment()
  const { status, out, err } = await run(['send', ferry.slug])
  expect([status, sentIn(asked)]).toEqual([2, 0])
  expect(out).toContain(ferry.words.en?.title)
  expect(out).toContain(`en  3  ${ferry.words.en?.subjects.appeal}`)
  expect(out).toContain('142 have it already, or will get it; 1 paused their mail')
  expect(out).toContain('No text in: kk.')
  expect(out).toMatch(/^ {2}fr {2}0 .*the translation is older than the English text/m)
  expect(out).toContain('warning: ')
  expect(err).toContain('Send it to 3 people now?')
  expect(err).toMatch(/add --yes\.\s+Nothing was done\./)
})

test('with --yes it sends once, names the dispatch and the command that stops it, and follows it to its end', async () => {
  const { asked, posted, run } = await deployment()
  const { status, out } = await run(['send', ferry.slug, '--yes', '--hold-after', '20', '--rate', '7'])
  expect([status, sentIn(asked)]).toEqual([0, 1])
  expect(out.indexOf(`npm run tocsin -- pause ${ID}`)).toBeGreaterThan(0)
  expect(out.indexOf(`pause ${ID}`)).toBeLessThan(out.indexOf('finished: 3 of 3'))
  expect(posted).toMatchObject([{ dryRun: true }, { dryRun: false, holdAfter: 20, ratePerMinute: 7 }])
})

test.each([
  [{ leftOut: { reached: 142, paused: 0, suppressed: 0 } }, 'Nobody would get it: 142 have it already'],
  [{ leftOut: { reached: 0, paused: 0, suppressed: 2 } }, 'Nobody would get it: 2 left, complained'],
  [{ leftOut: { reached: 0, paused: 0, suppressed: 0 } }, 'Nobody would get it: no supporter'],
])('where nobody would get it, nothing is sent and it says why: %j', async (more, words) => {
  const nobody = { ...counted, ...more, counts: countsOf(0), perLocale: {} }
  const { asked, run } = await deployment(
    (usual) => (request, n) => (request.method === 'POST' ? { status: 201, json: nobody } : usual(request, n)),
  )
  expect(await run(['send', ferry.slug, '--yes'])).toMatchObject({ status: 1, err: expect.stringContaining(words) })
  expect((await run(['send', ferry.slug, '--dry-run'])).out).toContain(words)
  expect(sentIn(asked)).toBe(0)
})

test('a dry run, and a send before its question, say in options why the real one would be refused', async () => {
  const detail = 'expected other languages in audience.locales, or audience.notReachedBy with its id'
  const refused = {
    status: 409,
    title: 'The audience overlaps',
    detail,
    dispatch: ID,
    notReachedBy: ID,
    type: 'about:blank',
  }
  const { asked, run } = await deployment(
    (usual) => (request, n) =>
      request.method === 'POST' ? { status: 201, json: { ...counted, realAnswer: { refused } } } : usual(request, n),
  )
  const dry = await run(['send', ferry.slug, '--dry-run'])
  expect([dry.status, dry.out]).toEqual([0, expect.stringContaining('would be refused: The audience overlaps')])
  const { status, err } = await run(['send', ferry.slug, '--yes'])
  expect([status, sentIn(asked)]).toEqual([1, 0])
  for (const words of [dry.out, err]) {
    expect(words).toContain(`--not-reached-by ${ID}`)
    expect(words).toContain(`status ${ID}`)
    expect(words).not.toMatch(/audience\.|notReachedBy/)
  }
})

test('of two windows, the second gets the refusal in options and sends nothing more', async () => {
  const { asked, run } = await deployment(
    (usual) => (request, n) =>
      request.method === 'POST' && request.body.dryRun === false
        ? { status: 409, json: { status: 409, title: 'The audience overlaps', dispatch: ID, notReachedBy: ID } }
        : usual(request, n),
  )
  const { status, err } = await run(['send', ferry.slug, '--yes'])
  expect([status, sentIn(asked)]).toEqual([1, 1])
  expect(err).toContain(`--not-reached-by ${ID}`)
})

test('while a local server rebuilds, send waits with one line and goes on, and sends once', async () => {
  const rebuilding = {
    status: 503,
    headers: { 'retry-after': '1' },
    json: { status: 503, title: 'Service unavailable' },
  }
  const { asked, run } = await deployment(
    (usual) => (request, n) => ([1, 3, 5].includes(n) ? rebuilding : usual(request, n)),
  )
  const { status, err } = await run(['send', ferry.slug, '--yes'])
  expect([status, err.match(/Waiting for it/g)?.length]).toEqual([0, 1])
  expect(asked.filter((one) => one.endsWith('dry')).length).toBe(2)
})

test('a deployment whose settings are wrong is not waited for', async () => {
  const wrong = { status: 503, json: { status: 503, title: 'KEYRING is missing' } }
  const { asked, run } = await deployment(() => () => wrong)
  expect(await run(['send', ferry.slug])).toMatchObject({
    status: 1,
    err: expect.stringContaining('KEYRING is missing'),
  })
  expect(asked.length).toBe(1)
})

test('a server that goes away before the request arrives: exit 3, and nothing was sent', async () => {
  const { asked, server, run } = await deployment((usual) => (request, n) => {
    const answer = usual(request, n)
    if (request.body.dryRun === true) setTimeout(() => server.close(), 0)
    return request.body.dryRun === true ? { ...answer, headers: { connection: 'close' } } : answer
  })
  const { status, err } = await run(['send', ferry.slug, '--yes'])
  expect([status, sentIn(asked)]).toEqual([3, 0])
  expect(err).toContain('Nothing was sent: the request never arrived.')
})

test('a server that goes away with the request: exit 3, and the same key is used for each attempt', async () => {
  const keys = new Set<unknown>()
  const { server, asked, run } = await deployment(
    (usual) => (request, n) =>
      request.method === 'POST' && request.body.dryRun === false ? { cut: true } : usual(request, n),
  )
  server.on(
    'request',
    ({ url, headers }: IncomingMessage) => url === '/api/dispatches' && keys.add(headers['idempotency-key']),
  )
  const { status, err } = await run(['send', ferry.slug, '--yes'])
  expect([status, sentIn(asked)]).toEqual([3, 5])
  expect(err).toContain('nobody knows yet whether the sending has begun')
  expect(keys.size).toBe(2) // of the dry run and of the send
})

/** Runs `send` and presses Ctrl-C when a request arrives that `at` means. */
async function interrupted(at: (request: string) => boolean, answerAfterMs = 0) {
  let press: () => void = () => undefined
  const world = await deployment((usual) => async (request, n) => {
    if (at(`${request.method} ${request.url}${request.body.dryRun === true ? ' dry' : ''}`)) {
      press()
      await new Promise((resolve) => setTimeout(resolve, answerAfterMs))
      if (request.url.startsWith('/api/dispatches/')) return { json: dispatchOf({ state: 'running' }) }
    }
    return usual(request, n)
  })
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../src/cli/tocsin.ts'), 'send', ferry.slug, '--yes'],
    {
      env: { ...process.env, ...world.env },
    },
  )
  press = () => void child.kill('SIGINT')
  child.stdin.end()
  const [out, err, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once('exit', resolve)),
  ])
  return { ...world, out, err, status }
}

test('Ctrl-C while people are counted: nothing is sent, exit 4', async () => {
  const { status, err, asked } = await interrupted((request) => request === `${SENT} dry`, 1_000)
  expect([status, sentIn(asked)]).toEqual([4, 0])
  expect(err).toContain('Nothing was sent.')
})

test('Ctrl-C while the request is on its way: it waits for the answer, and says what goes on', async () => {
  const { status, err, out, asked } = await interrupted((request) => request === SENT, 500)
  expect([status, sentIn(asked)]).toEqual([1, 1])
  expect(err).toContain('Waiting for its answer')
  expect(out + err).toMatch(new RegExp(`goes on by itself.*pause ${ID}`))
})

test('Ctrl-C while it follows, without a terminal: it says that the sending goes on, and stops nothing', async () => {
  const { status, err, asked } = await interrupted((request) => request === `GET /api/dispatches/${ID}`, 100)
  expect(status).toBe(1)
  expect(err).toContain('goes on by itself')
  expect(asked.some((one) => one.endsWith('/pause'))).toBe(false)
})

/** Sends on a screen where Ctrl-C comes while it follows. `answers` are those to the questions. */
async function onScreen(answers: boolean[]) {
  const world = await deployment()
  const [words, questions]: [string[], string[]] = [[], []]
  const say = (line: string) => void words.push(line)
  const terminal: Terminal = {
    ...{
      isJson: false,
      isScreen: true,
      say,
      warn: say,
      give: () => undefined,
      progress: () => undefined,
    },
    async confirm(question) {
      questions.push(question)
      if (!answers.shift()) throw new NotWanted('no')
    },
    choose: async () => undefined,
    async agrees(question) {
      questions.push(question)
      return answers.shift() ?? false // a second Ctrl-C is a no
    },
  }
  let phases = 0
  const interrupts: Interrupts = {
    during: async (work) => (++phases === 2 ? 'interrupted' : work(new AbortController().signal)),
    after: async (work) => ({ result: await work(new AbortController().signal), isInterrupted: false }),
  }
  const status = await conduct(
    { deployment: { url: world.url, token: 't' }, terminal, interrupts },
    { campaign: JSON.parse(JSON.stringify(ferry)), wishes: { email: 'appeal' }, dryRun: false },
  ).catch((error: unknown) => error)
  return { ...world, status, questions, words: words.join('\n') }
}

test('Ctrl-C on a screen while it follows asks whether to stop the sending too, and pauses it after a yes', async () => {
  const { status, questions, words, asked } = await onScreen([true, true])
  expect(questions).toEqual(['Send it to 3 people now?', 'Stop the sending too?'])
  expect([status, asked.at(-1)]).toEqual([1, `POST /api/dispatches/${ID}/pause`])
  expect(words).toContain(`npm run tocsin -- resume ${ID}`)
})

test('a no, or a second Ctrl-C, stops nothing and says that the dispatch goes on', async () => {
  const { status, words, asked } = await onScreen([true, false])
  expect([status, asked.some((one) => one.endsWith('/pause'))]).toEqual([1, false])
  expect(words).toContain('goes on by itself')
})

test('a no, or Ctrl-C, at the question sends nothing', async () => {
  const { status, asked } = await onScreen([false])
  expect(status).toBeInstanceOf(NotWanted)
  expect(sentIn(asked)).toBe(0)
})

test('correct sends the newest correction to exactly those whom the dispatch has reached, or the one that is named', async () => {
  const sections = ['2026-11-20', '2026-11-28', '2026-11-24'].map((id) => ({
    id,
    date: id,
    title: `Not on ${id}`,
    body: [],
  }))
  const words = { ...spoken, en: { ...ferry.words.en, corrections: sections } }
  const { posted, run } = await deployment(
    (usual) => (request, n) =>
      request.url.startsWith('/api/campaigns/') ? { json: { ...ferry, words } } : usual(request, n),
  )
  const { status, out } = await run(['correct', ID, '--yes'])
  expect([status, out]).toEqual([0, expect.stringContaining('en  3  Not on 2026-11-28')])
  expect(await run(['correct', ID, '--correction', '2026-11-20', '--dry-run'])).toMatchObject({ status: 0 })
  const wanted = (updateId: string, dryRun: boolean) => ({
    ...{ campaign: ferry.slug, email: 'correction', updateId, dryRun, audience: { reachedBy: ID } },
  })
  expect(posted).toMatchObject([wanted('2026-11-28', true), wanted('2026-11-28', false), wanted('2026-11-20', true)])
  expect(await run(['correct', ID])).toMatchObject({
    status: 2,
    err: expect.stringContaining('Send it to 3 people now?'),
  })
})

/** The campaign with these updates, in the languages that it has. */
const withUpdates = (...days: string[]) => ({
  ...published,
  words: Object.fromEntries(
    Object.entries(published.words).map(([locale, words]) => [
      locale,
      {
        ...words,
        updates: days.map((day) => ({ ...words.updates?.[0], id: day, date: day, title: `News of ${day}` })),
      },
    ]),
  ),
})
const having =
  (campaign: object) =>
  (usual: Handler): Handler =>
  (request, seen) => {
    if (request.url.startsWith('/api/campaigns/')) return { json: campaign }
    if (request.url === '/api/tests')
      return { status: 202, json: { status: 'queued', mails: 4, addresses: 1, leftToday: 49, notSent: [] } }
    return usual(request, seen)
  }

test('--update alone means the email update', async () => {
  const { posted, run } = await deployment(having(withUpdates('2026-11-14', '2026-11-20')))
  expect((await run(['send', ferry.slug, '--update', '2026-11-14', '--yes'])).status).toBe(0)
  await run(['send', ferry.slug, '--update', '2026-11-20', '--test-to', 'me@example.org'])
  expect(posted).toMatchObject([
    ...[true, false].map((dryRun) => ({ email: 'update', updateId: '2026-11-14', dryRun })),
    { emails: ['update/2026-11-20'] },
  ])
  const appeal = await run(['send', ferry.slug, '--update', '2026-11-14', '--email', 'appeal', '--yes'])
  expect([appeal.status, posted.length]).toEqual([2, 3])
})

test('--email update alone says which updates there are, or that there is none, and sends nothing', async () => {
  const some = await deployment(having(withUpdates('2026-11-14', '2026-11-20')))
  const { status, err } = await some.run(['send', ferry.slug, '--email', 'update', '--yes'])
  expect([status, some.posted]).toEqual([2, []])
  for (const day of ['2026-11-14', '2026-11-20']) expect(err).toContain(`--update ${day}   News of ${day}`)
  const none = await deployment(having(withUpdates()))
  expect((await none.run(['send', ferry.slug, '--email', 'update', '--yes'])).err).toContain('has no update')
})

test('tests are of every update, and the answer names what was queued', async () => {
  const { posted, run } = await deployment(having(withUpdates('2026-11-14', '2026-11-20')))
  const { out } = await run(['send', ferry.slug, '--test-to', 'me@example.org', '--locales', 'en,fr'])
  const emails = ['appeal', 'update/2026-11-14', 'update/2026-11-20']
  expect(posted[0]?.emails).toEqual(expect.arrayContaining(emails))
  expect(out).toContain(`Queued 4 tests for 1 address: ${emails.join(', ')}`)
  expect(out).toContain('in en, fr, marked [Test]')
  expect(out).not.toContain('Left out')
})

test('of more tests than one request may have, the newest of each kind are queued, and the others are named', async () => {
  const days = Array.from({ length: 21 }, (_, n) => `2026-10-${n + 10}`)
  const { posted, run } = await deployment(having(withUpdates(...days)))
  const { out } = await run(['send', ferry.slug, '--test-to', 'me@example.org', '--locales', 'en'])
  const emails = posted[0]?.emails
  expect(emails).toEqual(expect.arrayContaining(['appeal', 'update/2026-10-30']))
  expect(emails).not.toContain('update/2026-10-29')
  expect(out).toContain(
    `Left out: ${days
      .slice(0, -1)
      .map((day) => `update/${day}`)
      .join(', ')}.`,
  )
})
