/** Starts a rationed server with a list of supporters, lives through the evening before and plays the day. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Schemas } from '../../../src/cli/client.ts'
import { DAY_MS, HOUR_MS } from '../../../src/kit/durations.ts'
import { addCrowd, keysOf } from '../../local/crowd.ts'
import { readDevVars } from '../../local/dev-vars.ts'
import { anyPort } from '../../local/ports.ts'
import { randomFrom } from '../../local/random.ts'
import { SECRETS } from '../../record/events.ts'
import { API_KEY } from '../../sinks/resend.ts'
import type { Counted } from '../runtime/tally.ts'
import { type RationedServer, startRationedServer } from '../server.ts'
import { SLUGS } from './campaigns.ts'
import { EARLY_WRITERS, type Happened, nothingYet, planDay } from './day.ts'
import { type DayMailbox, startDayMailbox } from './mailbox.ts'
import { publishing } from './organisers.ts'
import { type Day, writing } from './people.ts'
import { Player } from './player.ts'
import { Site } from './site.ts'
import type { DaySize } from './size.ts'

/** What the day leaves behind, for the reports and checks. */
export type Lived = {
  size: DaySize
  start: number // epoch ms of the day's midnight, UTC
  counted: Counted // of the day alone
  happened: Happened
  mailbox: DayMailbox
  faults: readonly string[] // of acts
  wrong: readonly string[] // answers that were not expected
  answered: number
  reports: ReadonlyMap<string, Schemas['CampaignActions']> // of each campaign, at the end
  sends: readonly Schemas['DispatchDetail'][]
  seconds: number // of real time
}

const WEDNESDAY = 3
/** Midnight before the next Wednesday on which the moved clock can still arrive. */
function nextWednesday(now: number): number {
  const midnight = Math.floor(now / DAY_MS) * DAY_MS
  const days = (WEDNESDAY - new Date(midnight).getUTCDay() + 7) % 7
  return midnight + (days < 2 ? days + 7 : days) * DAY_MS
}

/** Hours before the day at which the two older campaigns are published, and at which their first letters are written. */
const BEFORE = { publish: 8, letters: 6 } as const

export async function liveDay(size: DaySize, seed: number, onHour: (hour: number) => void): Promise<Lived> {
  const began = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-ration-'))
  const { mailbox, url, close } = await startDayMailbox()
  const { settings: own, token = '' } = readDevVars(join(folder, '.dev.vars'))
  const settings = {
    ...own,
    BULK_TRANSPORT: 'resend',
    TRANSACTIONAL_TRANSPORT: 'resend',
    RESEND_URL: url,
    RESEND_API_KEY: API_KEY,
    RESEND_WEBHOOK_SECRET: SECRETS.resend,
  }
  const server = await startRationedServer({ port: await anyPort(), state: join(folder, 'state'), settings })
  try {
    await addCrowd(
      await server.miniflare.getKVNamespace('SUPPORTERS'),
      await keysOf(secretsIn(settings)),
      size.supporters,
    )
    const start = nextWednesday(await server.clock.now())
    const site = new Site(server.url, token, mailbox)
    const player = new Player(server, (at) => {
      mailbox.now = Math.max(mailbox.now, at)
    })
    const day: Day = { site, mailbox, random: randomFrom(seed) }
    const happened = nothingYet()
    await eveningBefore(server, player, day, size, start, happened)
    const { faults } = player
    planDay(player, day, size, start, happened)
    await server.control({ reset: true })
    await player.play(start, start + DAY_MS, (at) => (at - start) % HOUR_MS === 0 && onHour((at - start) / HOUR_MS))
    const counted = await server.counted()
    await server.control({ enforced: false })
    const reports = new Map<string, Schemas['CampaignActions']>()
    for (const slug of SLUGS) reports.set(slug, await site.api('check', 'GET', `/api/actions/${slug}`))
    const sends: Schemas['DispatchDetail'][] = []
    for (const id of happened.dispatches) sends.push(await site.api('check', 'GET', `/api/dispatches/${id}`))
    const { wrong, answered } = site
    const seconds = (performance.now() - began) / 1_000
    return { size, start, counted, happened, mailbox, faults, wrong, answered, reports, sends, seconds }
  } finally {
    await server.stop()
    await close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const secretsIn = ({ KEYRING = '', FINGERPRINT_KEY = '' }: Record<string, string>) => ({ KEYRING, FINGERPRINT_KEY })

/** Publishes two campaigns and lets some people write letters, so that the day begins with mail that waits for its morning. */
async function eveningBefore(
  server: RationedServer,
  player: Player,
  day: Day,
  size: DaySize,
  start: number,
  happened: Happened,
): Promise<void> {
  const [older = '', old = ''] = SLUGS
  const publish = start - BEFORE.publish * HOUR_MS
  await server.clock.moveTo(publish)
  for (const slug of [older, old]) player.once(publish, 'publish', () => publishing(day, slug, size))
  await player.play(publish, publish + HOUR_MS / 30)
  const letters = start - BEFORE.letters * HOUR_MS
  for (let n = 0; n < EARLY_WRITERS; n++) {
    const confirmed = (email: string, slug: string) => happened.wrote.set(email, { slug, at: day.mailbox.now })
    player.plan(letters, 'letter', writing(day, n, older, confirmed))
  }
  await player.play(letters, letters + HOUR_MS)
}
