import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLOCK_OBJECT, type MovableClock, movableBundlePath, movableClock } from '../../scripts/clock/movable.ts'
import { organiser } from '../../scripts/local/organiser.ts'
import { awaitMails, CONFIRM, isConfirmation, linkIn } from '../../scripts/local/outbox.ts'
import { anyPort } from '../../scripts/local/ports.ts'
import { type Server, startServer } from '../../scripts/local/server.ts'
import { RIG_CAMPAIGN, RIG_EMAIL, RIG_SETTINGS, RIG_TOKEN } from '../../scripts/local/test-deployment.ts'
import { pressButtonBehind, writeLetter } from '../../scripts/local/visitor.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Milliseconds an alarm may take on a busy machine: far less than the days by which the tests move the clock. */
const BUSY_MS = 20_000

const state = mkdtempSync(join(tmpdir(), 'tocsin-clock-'))
let server: Server
let clock: MovableClock
beforeAll(async () => {
  const bundle = movableBundlePath // built for all tests of this project
  const settings = RIG_SETTINGS
  server = await startServer({ port: await anyPort(), state, settings, bundle, unbound: [CLOCK_OBJECT], quiet: true })
  clock = movableClock(server)
})
afterAll(async () => {
  await server.stop()
  rmSync(state, { recursive: true })
})

/** Schedules a dispatch without recipients for `sendAt` (epoch ms). Returns a function that reads its state. */
async function planned(sendAt: number): Promise<() => Promise<string>> {
  const anna = organiser(server.url, RIG_TOKEN)
  const { revision } = await anna.campaign(RIG_CAMPAIGN)
  const request = { campaign: RIG_CAMPAIGN, revision, email: RIG_EMAIL, sendAt: new Date(sendAt).toISOString() }
  const { status, json } = await anna.dispatch(request, crypto.randomUUID())
  expect([status, json.state]).toEqual([201, 'scheduled'])
  return async () => (await anna.dispatchDetails(json.id)).state
}

test('an alarm due in three days rings once the clock is moved there, and not before', async () => {
  const began = await clock.now()
  expect(Math.abs(began - Date.now())).toBeLessThan(BUSY_MS)
  const sendAt = began + 3 * DAY_MS
  const stateOf = await planned(sendAt)
  expect(await clock.next()).toBe(sendAt)
  await clock.moveTo(sendAt - 60_000)
  await sleep(1_000)
  expect(await stateOf()).toBe('scheduled')
  await clock.moveTo(sendAt)
  await expect.poll(stateOf, { timeout: BUSY_MS, interval: 50 }).toBe('finished')
  expect(await clock.now()).toBeLessThan(sendAt + 2 * BUSY_MS)
  await expect(clock.moveTo(began)).rejects.toThrow('the clock only goes forward')
})

test('a moved clock survives a kill of the runtime and wakes objects that no request has touched since', async () => {
  const sendAt = (await clock.now()) + 3 * DAY_MS
  const stateOf = await planned(sendAt)
  await server.crash()
  await clock.moveTo(sendAt - HOUR_MS)
  await server.crash()
  expect(await clock.now()).toBeGreaterThanOrEqual(sendAt - HOUR_MS)
  await sleep(1_000)
  expect(await stateOf()).toBe('scheduled')
  expect(await clock.next()).toBeLessThanOrEqual(sendAt) // other objects have alarms of their own
  await server.crash()
  await clock.moveTo(sendAt)
  await expect.poll(stateOf, { timeout: BUSY_MS, interval: 50 }).toBe('finished')
})

test('an alarm due in a moment rings by itself, by the moved clock', async () => {
  const stateOf = await planned((await clock.now()) + 2_000)
  await server.crash()
  await expect.poll(stateOf, { timeout: BUSY_MS, interval: 100 }).toBe('finished')
})

/** Hour and weekday in the target's time zone. */
const inDublin = (at: number) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Dublin',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at)

test('a letter confirmed on a Saturday arrives on Monday at nine, in its target’s time zone', async () => {
  const saturday = Math.ceil(((await clock.now()) - 2 * DAY_MS) / (7 * DAY_MS)) * 7 * DAY_MS + 2 * DAY_MS + 14 * HOUR_MS
  await clock.moveTo(saturday)
  expect(inDublin(await clock.now())).toMatch(/^Sat/)

  const visitor = { ip: '192.0.2.1', languages: 'en' }
  const email = 'anna@example.org'
  const sentence = 'I have bought my bread there for twenty years.'
  const sent = await writeLetter(server.url, visitor, RIG_CAMPAIGN, 'en', { email, name: 'Anna Quayside', sentence })
  expect(sent.url).toContain('sent=1')
  const [confirmation] = await awaitMails(server.url, 1, (mail) => mail.to === email && isConfirmation(mail))
  if (confirmation === undefined) throw new Error('no confirmation came')
  expect((await pressButtonBehind(visitor, linkIn(confirmation, server.url, CONFIRM))).status).toBe(200)

  const isLetter = ({ to }: { to: string }) => to === 'director@fennick-vale.invalid'
  const letters = async () => {
    const mails = (await (await fetch(`${server.url}/outbox.json`)).json()) as Array<{ to: string; at: number }>
    return mails.filter(isLetter)
  }
  const monday =
    [42, 43].map((hours) => saturday + hours * HOUR_MS).find((at) => inDublin(at) === 'Mon 09:00') ?? Number.NaN
  for (const early of [monday - DAY_MS, monday - 60_000]) {
    await clock.moveTo(early)
    await sleep(1_000)
    expect(await letters()).toEqual([])
  }
  await clock.moveTo(monday)
  await expect.poll(async () => (await letters()).length, { timeout: BUSY_MS }).toBe(1)
  const [letter] = await letters()
  expect(inDublin(Number(letter?.at))).toMatch(/^Mon 09:0/)
})
