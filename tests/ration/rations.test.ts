import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rationedBundle } from '../../scripts/ration/bundle.ts'
import { SLUGS } from '../../scripts/ration/day/campaigns.ts'
import { publishing } from '../../scripts/ration/day/organisers.ts'
import { leaving, reporting, signingUp, signUpEmail, viewing, writing } from '../../scripts/ration/day/people.ts'
import { FULL_DAY } from '../../scripts/ration/day/size.ts'
import { startWorld, type World } from '../../scripts/ration/day/world.ts'
import { RATIONS, sumsBy, type Tally } from '../../scripts/ration/runtime/tally.ts'
import { paths } from '../../src/paths.ts'

const HOUR_MS = 3_600_000
/** Milliseconds for the build and all acts on a busy machine: ten times what an idle one takes. */
const BUSY_MS = 240_000
const SEED = 11
const SLUG = SLUGS[0]
/** Letters an hour to one target: high enough that letters leave at once. */
const SIZE = { ...FULL_DAY, perHour: 3_600 }

/** Groups of people who act one after another, counted apart. */
const GROUPS = { few: 5, many: 55, last: 5 } as const
type Group = keyof typeof GROUPS

/** What one act may cost, with the alarms that it causes. Above these numbers the day of docs/scale.md does not fit the free plan. */
const BUDGETS: Record<string, Partial<Tally>> = {
  'sign-up': { workerRequests: 6, kvReads: 12, kvWrites: 1, rowsRead: 70, rowsWritten: 32, objectRequests: 18 },
  letter: { workerRequests: 6, kvReads: 12, kvWrites: 1.5, rowsRead: 600, rowsWritten: 80, objectRequests: 40 },
  'self-report': { workerRequests: 1, kvReads: 3, kvWrites: 0.5, rowsRead: 60, rowsWritten: 5, objectRequests: 4 },
  leave: { workerRequests: 3, kvReads: 3, kvWrites: 1, kvDeletes: 1, rowsRead: 15, rowsWritten: 10, objectRequests: 8 },
  view: { workerRequests: 2, kvReads: 3, kvWrites: 0, rowsRead: 0, rowsWritten: 0, objectRequests: 0 },
}

/** Share and number by which a cost may differ between two groups: mails that go together, and time in an alarm. */
const NOISE = { share: 0.25, number: 3 }

let world: World
const costs = new Map<string, Tally>() // of one act, by act and group

/** Lets a group sign up, write, report and leave within an hour. */
async function act(group: Group, first: number, hour: number): Promise<void> {
  const { player, day, wednesday } = world
  const start = wednesday + hour * HOUR_MS
  day.site.group = ` of ${group}`
  for (let n = first; n < first + GROUPS[group]; n++) {
    player.plan(
      start,
      'sign-up',
      signingUp(day, 2 * n, () => {}),
    )
    player.plan(
      start,
      'letter',
      writing(day, n, SLUG, () => {}),
    )
    player.once(start, 'self-report', () => reporting(day, 2 * n))
    player.once(start, 'view', () => viewing(day, n, paths.campaign('en', SLUG)))
    player.plan(
      start + HOUR_MS / 2,
      'leave',
      leaving(day, n, signUpEmail(2 * n), () => {}),
    )
  }
  await player.playQuickly(start, start + HOUR_MS)
}

beforeAll(async () => {
  await rationedBundle('made')
  world = await startWorld(mkdtempSync(join(tmpdir(), 'tocsin-rations-')), SEED)
  const { server, player, day, wednesday } = world
  await server.control({ kvStaleMs: 0 })
  const start = wednesday + 9 * HOUR_MS
  for (const slug of [SLUG, SLUGS[1]]) player.once(start, 'publish', () => publishing(day, slug, SIZE))
  await player.playQuickly(start, start + HOUR_MS)
  await act('few', 0, 10)
  await act('many', GROUPS.few, 11)
  await act('last', GROUPS.few + GROUPS.many, 12)
  await player.playQuickly(wednesday + 13 * HOUR_MS, wednesday + 14 * HOUR_MS) // alarms an hour after
  for (const [name, { tally }] of sumsBy((await server.counted()).entries, 'act')) {
    const people = GROUPS[(name.split(' of ')[1] ?? 'few') as Group]
    costs.set(name, Object.assign({ ...tally }, ...RATIONS.map((ration) => ({ [ration]: tally[ration] / people }))))
  }
  expect(player.faults).toEqual([])
}, BUSY_MS)
afterAll(() => world.close())

describe.each(Object.entries(BUDGETS))('one %s', (name, budget) => {
  const costOf = (group: Group) => costs.get(`${name} of ${group}`)

  test('stays within its budget', () => {
    const above = RATIONS.flatMap((ration) => {
      const [used = Number.NaN, most = 0] = [costOf('last')?.[ration], budget[ration]]
      return used <= most || ration === 'objectGbSeconds' ? [] : [`${ration}: ${used}, expected at most ${most}`]
    })
    expect(above).toEqual([])
  })

  test('costs as much after sixty people as after none', () => {
    const grown = RATIONS.flatMap((ration) => {
      const [before = Number.NaN, after = Number.NaN] = [costOf('few')?.[ration], costOf('last')?.[ration]]
      return after <= before * (1 + NOISE.share) + NOISE.number ? [] : [`${ration}: ${before}, then ${after}`]
    })
    expect(grown).toEqual([])
  })
})
