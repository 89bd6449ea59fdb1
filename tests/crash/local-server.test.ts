import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../../scripts/local/bundle.ts'
import { organiser } from '../../scripts/local/organiser.ts'
import { awaitMails } from '../../scripts/local/outbox.ts'
import { anyPort } from '../../scripts/local/ports.ts'
import { RIG_CAMPAIGN, RIG_EMAIL, RIG_SETTINGS, RIG_TOKEN } from '../../scripts/local/test-deployment.ts'
import { signUp } from '../../scripts/local/visitor.ts'
import { type MailServer, startMailServer } from '../support/smtp-server.ts'

const DAY_MS = 86_400_000
const START_WITHIN_MS = 60_000
/** Milliseconds for a test of several starts, of some three seconds each on an idle machine. */
const TIMEOUT_MS = 150_000

const folder = mkdtempSync(join(tmpdir(), 'tocsin-local-'))
const config = join(folder, 'wrangler.toml')
const devVars = join(folder, '.dev.vars')
const state = join(folder, 'state')
const children: ChildProcess[] = []
let sink: MailServer

beforeAll(async () => {
  sink = await startMailServer()
  const deployed = readFileSync(join(root, 'wrangler.toml'), 'utf8').replaceAll(
    '_TRANSPORT = "outbox"',
    '_TRANSPORT = "smtp"',
  )
  writeFileSync(config, `${deployed}\nSMTP_URL = "smtp://127.0.0.1:${sink.port}"\n`)
  writeFileSync(
    devVars,
    [...Object.entries(RIG_SETTINGS), ['TOCSIN_TOKEN', RIG_TOKEN]].map((one) => one.join('=')).join('\n'),
  )
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await sink.close()
  rmSync(folder, { recursive: true, force: true })
})

type Started = { child: ChildProcess; url: string; said(): string; ended: Promise<number | null> }

/** Starts the local server as `npm start` does, without building. Resolves when it has said its address, or has ended. */
async function start(options: readonly string[] = [], shell: Record<string, string> = {}): Promise<Started> {
  const fixed = ['scripts/serve.ts', '--no-build', '--config', config, '--dev-vars', devVars]
  const child = spawn(process.execPath, [...fixed, '--persist-to', state, ...options], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...shell },
  })
  children.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const isReady = () => said.includes('Stop with Ctrl-C')
  await Promise.race([ended, expect.poll(isReady, { timeout: START_WITHIN_MS, interval: 20 }).toBe(true)])
  return { child, url: /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '', said: () => said, ended }
}

async function stop({ child, ended }: Started): Promise<number | null> {
  child.kill('SIGTERM')
  return ended
}

const anna = { page: 'en', locales: ['en'], email: 'anna@example.org', topics: [] }
const visitor = { ip: '192.0.2.1', languages: 'en' }

test('a real transport in wrangler.toml, .dev.vars and the shell sends nothing, and the start message says so', {
  timeout: TIMEOUT_MS,
}, async () => {
  const sending = { BULK_FALLBACK_TRANSPORT: 'smtp', SMTP_MAILS_PER_DAY: '100', REQUIRE_APPROVAL: 'yes' }
  const server = await start(['--watch', '--port', String(await anyPort())], sending)
  expect(server.said()).toContain('No mail leaves this machine.')
  expect(server.said()).toContain('BULK_TRANSPORT of wrangler.toml is not used: smtp sends mail for real')
  expect(server.said()).toContain('BULK_FALLBACK_TRANSPORT of the shell is not used')
  expect(server.said()).toMatch(/^From the shell: .*REQUIRE_APPROVAL/m)
  await signUp(server.url, visitor, anna, RIG_CAMPAIGN)
  expect(await awaitMails(server.url, 1, ({ to }) => to === anna.email)).toHaveLength(1)

  const second = await start() // on the same folder
  expect(await second.ended).toBe(1)
  expect(second.said()).toContain('A server already runs on')
  expect(second.said()).toContain(`${server.url}, process ${server.child.pid}`)
  const busy = await start(['--port', new URL(server.url).port, '--persist-to', join(folder, 'other')])
  expect([await busy.ended, busy.said().trim()]).toEqual([
    1,
    `Port ${new URL(server.url).port} is in use: name another with --port, or omit --port for a free one.`,
  ])

  // A changed .dev.vars counts at once, and requests wait meanwhile
  appendFileSync(devVars, '\nBULK_TRANSPORT=smtp\nSENDER_NAME=Quay Solidarity\nLOCALS=en\n')
  const home = async () => (await fetch(`${server.url}/en/`)).text()
  await expect.poll(home, { timeout: START_WITHIN_MS, interval: 20 }).toContain('Quay Solidarity')
  await expect.poll(server.said).toContain('LOCALS of .dev.vars is no setting: did you mean LOCALES?')
  expect(server.said()).toContain('BULK_TRANSPORT of .dev.vars is not used')
  expect(sink.connections()).toBe(0)
  server.child.kill('SIGKILL')
  await server.ended
})

test('with --send-for-real the same settings send, and a start after a kill takes the folder over', {
  timeout: TIMEOUT_MS,
}, async () => {
  const server = await start(['--send-for-real', '--people'])
  expect(server.said()).toContain('MAIL IS SENT FOR REAL: appeals by smtp, single mails by smtp.')
  expect(server.said()).not.toMatch(/No mail leaves|\/outbox/)
  await signUp(server.url, { ...visitor, ip: '192.0.2.2' }, { ...anna, email: 'boris@example.org' }, RIG_CAMPAIGN)
  await expect.poll(() => sink.mails.flatMap(({ to }) => to), { timeout: 20_000 }).toEqual(['boris@example.org'])
  expect(await stop(server)).toBe(0)
})

test('a clock set two days ahead runs what an earlier start had planned, in order, and stays ahead', {
  timeout: TIMEOUT_MS,
}, async () => {
  const plans = [
    { campaign: 'river-street-bakery', at: Date.now() + 1.5 * DAY_MS },
    { campaign: 'kas-kor-1994', at: Date.now() + DAY_MS },
  ]
  const own = ['--persist-to', join(folder, 'clock')]
  const today = await start(own)
  const api = organiser(today.url, RIG_TOKEN)
  const ids: string[] = []
  for (const { campaign, at } of plans) {
    const { revision } = await api.campaign(campaign)
    const request = { campaign, revision, email: RIG_EMAIL, sendAt: new Date(at).toISOString() }
    const { status, json } = await api.dispatch(request, crypto.randomUUID())
    expect([status, json.state]).toEqual([201, 'scheduled'])
    ids.push(json.id)
  }
  await stop(today)

  const later = await start([...own, '--clock', '+2 days'])
  expect(later.said()).toContain('2 d ahead of this machine')
  for (const [n, id] of ids.entries()) {
    const { state: reached, startedAt } = await organiser(later.url, RIG_TOKEN).dispatchDetails(id)
    expect(reached).toBe('finished')
    expect(Math.abs(Date.parse(String(startedAt)) - (plans[n]?.at ?? 0))).toBeLessThan(60_000)
  }
  await stop(later)
  const again = await start(own)
  expect(again.said()).toContain('2 d ahead of this machine')
  await stop(again)
})
