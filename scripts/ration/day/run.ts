/** Starts a rationed server with a list of supporters, lives through the evening before and plays the day. */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Schemas } from '../../../src/cli/client.ts'
import { DAY_MS, HOUR_MS } from '../../../src/kit/durations.ts'
import { addCrowd, keysOf } from '../../local/crowd.ts'
import type { Counted } from '../runtime/tally.ts'
import type { RationedServer } from '../server.ts'
import { SLUGS } from './campaigns.ts'
import { EARLY_WRITERS, type Happened, nothingYet, planDay } from './day.ts'
import type { DayMailbox } from './mailbox.ts'
import { publishing } from './organisers.ts'
import { type Day, writing } from './people.ts'
import type { Player } from './player.ts'
import type { DaySize } from './size.ts'
import { startWorld } from './world.ts'

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

/** Hours before the day at which the two older campaigns are published, and at which their first letters are written. */
const BEFORE = { publish: 8, letters: 6 } as const

/** `enforced`: what is above a limit is refused. `onHour`: called at the end of each hour's first minute. */
export async function liveDay(
  size: DaySize,
  { seed, enforced }: { seed: number; enforced: boolean },
  onHour: (hour: number) => void,
): Promise<Lived> {
  const began = performance.now()
  const world = await startWorld(mkdtempSync(join(tmpdir(), 'tocsin-ration-')), seed)
  const { server, player, day, wednesday: start } = world
  const { site, mailbox } = day
  try {
    const keys = await keysOf(secretsIn(world.settings))
    await addCrowd(await server.miniflare.getKVNamespace('SUPPORTERS'), keys, size.supporters)
    const happened = nothingYet()
    await eveningBefore(server, player, day, size, start, happened)
    const { faults } = player
    planDay(player, day, size, start, happened)
    await server.control({ reset: true, enforced })
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
    await world.close()
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
