/** A rationed server with a mail provider and people, at a chosen time: what the day and the tests play in. */

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DAY_MS } from '../../../src/kit/durations.ts'
import { readDevVars } from '../../local/dev-vars.ts'
import { anyPort } from '../../local/ports.ts'
import { randomFrom } from '../../local/random.ts'
import { SECRETS } from '../../record/events.ts'
import { API_KEY } from '../../sinks/resend.ts'
import { type RationedServer, startRationedServer } from '../server.ts'
import { startDayMailbox } from './mailbox.ts'
import type { Day } from './people.ts'
import { Player } from './player.ts'
import { Site } from './site.ts'

const WEDNESDAY = 3

/** Midnight (UTC) of the next Wednesday that is at least two days ahead: offices are open on it and on the day before. */
function nextWednesday(now: number): number {
  const midnight = Math.floor(now / DAY_MS) * DAY_MS
  const days = (WEDNESDAY - new Date(midnight).getUTCDay() + 7) % 7
  return midnight + (days < 2 ? days + 7 : days) * DAY_MS
}

export type World = {
  server: RationedServer
  settings: Record<string, string>
  player: Player
  day: Day
  wednesday: number // epoch ms
  close(): Promise<void>
}

/** Starts the bundle of `rationedBundle` with its state in a folder, which `close` removes. */
export async function startWorld(folder: string, seed: number): Promise<World> {
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
  const server = await startRationedServer({
    port: await anyPort(),
    state: join(folder, 'state'),
    settings,
    quiet: true,
  })
  const player = new Player(server, (at) => {
    mailbox.now = Math.max(mailbox.now, at)
  })
  return {
    server,
    settings,
    player,
    day: { site: new Site(server.url, token, mailbox), mailbox, random: randomFrom(seed) },
    wednesday: nextWednesday(await server.clock.now()),
    async close() {
      await server.stop()
      await close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
