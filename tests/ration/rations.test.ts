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
const SEED = 11
const SLUG = SLUGS[0]

/** People who act, of whom each group is counted apart: the first ones, then many, then some more. */
const GROUPS = [3, 54, 3]
/** Letters an hour to one target: high enough that letters leave at once. */
const SIZE = { ...FULL_DAY, perHour: 3_600 }

/** What one act may cost, with the alarms that it causes. Above these numbers the day of docs/scale.md does not fit the free plan. */
const BUDGETS: Record<string, Partial<Tally>> = {
  'sign-up': {
    workerRequests: 6,
    kvReads: 12,
    kvWrites: 2,
    kvLists: 0,
    rowsRead: 60,
    rowsWritten: 25,
    objectRequests: 18,
  },
  letter: { workerRequests: 6, kvReads: 12, kvLists: 0, rowsRead: 600, rowsWritten: 60, objectRequests: 30 },
  'self-report': { workerRequests: 1, kvReads: 3, kvLists: 0, objectRequests: 3 },
  leave: {
    workerRequests: 3,
    kvReads: 3,
    kvWrites: 1,
    kvDeletes: 1,
    kvLists: 0,
    rowsRead: 10,
    rowsWritten: 10,
    objectRequests: 8,
  },
  view: { workerRequests: 2, kvReads: 4, kvWrites: 0, rowsRead: 0, rowsWritten: 0, objectRequests: 0 },
}

let world: World
const costs: Array<Map<string, Tally>> = []

/** Lets people sign up, write, report and leave within an hour, and returns what each act cost on average. */
async function costOf(first: number, people: number, hour: number): Promise<Map<string, Tally>> {
  const { server, player, day, wednesday } = world
  const start = wednesday + hour * HOUR_MS
  await server.control({ reset: true })
  for (let n = first; n < first + people; n++) {
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
  await player.play(start, start + HOUR_MS)
  const acts = sumsBy((await server.counted()).entries, 'act')
  const each = [...acts].map(([act, { tally }]): [string, Tally] => {
    const shares = RATIONS.map((ration) => [ration, tally[ration] / people])
    return [act, Object.fromEntries(shares)]
  })
  return new Map(each)
}

beforeAll(async () => {
  await rationedBundle('made')
  world = await startWorld(mkdtempSync(join(tmpdir(), 'tocsin-rations-')), SEED)
  const { server, player, day, wednesday } = world
  await server.control({ kvStaleMs: 0 })
  const start = wednesday + 9 * HOUR_MS
  player.once(start, 'publish', () => publishing(day, SLUG, SIZE))
  player.once(start, 'publish', () => publishing(day, SLUGS[1], SIZE))
  await player.play(start, start + 60_000)
  let first = 0
  for (const [n, people] of GROUPS.entries()) {
    costs.push(await costOf(first, people, 10 + n))
    first += people
  }
  expect(player.faults).toEqual([])
})
afterAll(() => world.close())

describe.each(Object.keys(BUDGETS))('one %s', (act) => {
  test('stays within its budget', () => {
    const cost = costs[0]?.get(act)
    const above = Object.entries(BUDGETS[act] ?? {}).flatMap(([ration, most]) => {
      const used = Number(Reflect.get(Object(cost), ration))
      return used <= most ? [] : [`${ration}: ${used.toFixed(1)}, expected at most ${most}`]
    })
    expect(above).toEqual([])
  })

  test('costs as much after sixty people as after three', () => {
    const [few, , many] = costs.map((cost) => cost.get(act))
    const grown = RATIONS.filter((ration) => ration !== 'objectGbSeconds').flatMap((ration) => {
      const [before = Number.NaN, after = Number.NaN] = [few?.[ration], many?.[ration]]
      return after <= before * 1.25 + 3 ? [] : [`${ration}: ${before.toFixed(1)}, then ${after.toFixed(1)}`]
    })
    expect(grown).toEqual([])
  })
})
