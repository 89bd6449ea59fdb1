import { reset, runInDurableObject } from 'cloudflare:test'
import { beforeAll, expect, test, vi } from 'vitest'
import { openRecipients } from '../../../../src/delivery/sealed-recipients.ts'
import { eraseInLane } from '../../../../src/dispatch/lane/erase-person.ts'
import type { LeftOut } from '../../../../src/dispatch/lane/lane-report.ts'
import type { LaneTask } from '../../../../src/dispatch/lane/lane-task.ts'
import { prefixesFor } from '../../../../src/dispatch/lane/lanes.ts'
import { planPages } from '../../../../src/dispatch/lane/planning.ts'
import { readCurrentPage } from '../../../../src/supporter-list/recent-changes.ts'
import { AUDIENCE_PREFIX } from '../../../../src/supporter-list/store.ts'
import { HarshKv } from '../../../support/harsh-kv.ts'
import { openLane } from '../../../support/open-databases.ts'
import { fingerprintOf, join, people } from '../../../support/organiser.ts'
import { testSettings } from '../../../support/supporter-world.ts'
import { bindings } from '../../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const settings = await testSettings()
const MOST = 1_001

/** 1,001 people; a test removes the first ones. */
const CROWD = [...people(0, 700), ...people(700, MOST, 'fr')]
let fingerprints: string[]

beforeAll(async () => {
  await reset()
  await join(CROWD)
  fingerprints = await Promise.all(CROWD.map(fingerprintOf))
})

const orderOf = (dryRun: boolean, prefixes: string[]): LaneTask => ({
  request: {
    id: 'd',
    campaign: 'ferry',
    revision: '0123456789ab',
    email: 'appeal',
    audience: {},
    sendAt: 0,
    dryRun,
    createdAt: 0,
    createdBy: 'organiser',
    needsApproval: false,
  },
  index: 0,
  lanes: 1,
  prefixes,
  locales: ['en', 'fr'],
  maxBatch: 100,
})

let objects = 0

type Planned = {
  people: string[]
  addresses: string[]
  planned: number
  leftOut: LeftOut | undefined
  sizes: number[]
  commits: number
  left: boolean
}

/**
 * Plans commit by commit with a KV at its worst. A new instance makes each commit, as after a crash. Each commit is planned twice; the first
 * is lost, as if the crash had come just before it.
 */
function plan(
  kv: HarshKv,
  taken: ReadonlySet<string>,
  { dryRun = false, prefixes = [AUDIENCE_PREFIX], pagesAtMost = 1, paused = new Set<string>() } = {},
): Promise<Planned> {
  return runInDurableObject(bindings.SENDER_QUOTA.getByName(`planning-${++objects}`), async (_, ctx) => {
    openLane(ctx).begin(orderOf(dryRun, prefixes))
    const deps = {
      keys: settings.keys,
      read: (...page: [string, string | undefined, string | undefined]) =>
        readCurrentPage(kv.namespace, settings, async () => [], ...page),
      alreadyReached: async (some: string[]) => new Set(some.filter((one) => taken.has(one))),
      unwilling: async (some: string[]) => ({
        paused: new Set(some.filter((one) => paused.has(one))),
        suppressed: new Set<string>(),
      }),
    }
    let commits = 0
    for (; !openLane(ctx).isPlanned(); commits++) {
      kv.beginInvocation()
      const dying = openLane(ctx)
      dying.commitPlan = () => {
        throw new Error('the power is cut')
      }
      await expect(planPages(dying, deps, pagesAtMost)).rejects.toThrow('the power is cut')
      await planPages(openLane(ctx), deps, pagesAtMost)
    }
    const lane = openLane(ctx)
    const bodies = [...lane.ledger.heads()].map(({ id }) => ({ id, ...lane.ledger.body(id) }))
    const opened = await Promise.all(
      bodies.map(({ id, recipients }) =>
        openRecipients(settings.keys, lane.placeOf(id), recipients ?? new Uint8Array()),
      ),
    )
    return {
      people: bodies.flatMap((body) => body.people),
      addresses: opened.flatMap((people) => people ?? []).map(({ email }) => email),
      planned: lane.report().counts.planned,
      leftOut: lane.report().leftOut,
      sizes: bodies.map((body) => body.people.length),
      commits,
      left: lane.remainders() !== null,
    }
  })
}

test.each([
  { count: 0, pagesAtMost: 1 },
  { count: 1, pagesAtMost: 1 },
  { count: 999, pagesAtMost: 1 },
  { count: 1_000, pagesAtMost: 2 },
  { count: 1_001, pagesAtMost: 1 },
  { count: 1_001, pagesAtMost: 3 },
])(
  'each of $count supporters is planned once, with $pagesAtMost pages per commit, wherever planning crashes',
  async ({ count, pagesAtMost }) => {
    const gone = fingerprints.slice(0, MOST - count)
    const kept = fingerprints.slice(MOST - count)
    const source = bindings.SUPPORTERS
    await Promise.all(gone.map((fingerprint) => source.delete(AUDIENCE_PREFIX + fingerprint)))
    const planned = await plan(new HarshKv(source), new Set(), { pagesAtMost })
    expect([...planned.people].sort()).toEqual([...kept].sort())
    expect([...planned.addresses].sort()).toEqual(
      CROWD.slice(MOST - count)
        .map(({ email }) => email)
        .sort(),
    )
    expect(planned.planned).toBe(count)
    expect(planned.sizes.filter((size) => size < 100).length).toBeLessThanOrEqual(2) // the last of each language
    expect(planned.left).toBe(false)
    expect(planned.commits).toBeGreaterThanOrEqual(Math.ceil(2 / pagesAtMost)) // the harsh one has an empty page before each
    await join(CROWD.slice(0, MOST - count))
  },
)

test('people of another dispatch of the appeal are in no batch of this one', async () => {
  const taken = new Set(fingerprints.filter((_, i) => i % 2 === 0))
  const planned = await plan(new HarshKv(bindings.SUPPORTERS), taken)
  expect([...planned.people].sort()).toEqual(fingerprints.filter((_, i) => i % 2 === 1).sort())
})

test('lanes with several prefixes plan each person once, and remainders continue over the next prefix', async () => {
  const lanes = prefixesFor(4)
  const planned = await Promise.all(
    lanes.map((prefixes) => plan(new HarshKv(bindings.SUPPORTERS), new Set(), { prefixes })),
  )
  expect(planned.flatMap((lane) => lane.people).sort()).toEqual([...fingerprints].sort())
  for (const { people, sizes } of planned) {
    expect(people.length).toBeGreaterThan(0)
    expect(sizes.filter((size) => size < 100).length).toBeLessThanOrEqual(2)
  }
})

test('a dry run counts the same people and stores none', async () => {
  const planned = await plan(new HarshKv(bindings.SUPPORTERS), new Set(), { dryRun: true })
  expect(planned).toMatchObject({ planned: MOST, people: [], left: false })
})

test('a dry run tells how many people it leaves out and why, each once, wherever it crashes', async () => {
  const [taken, paused] = [new Set(fingerprints.slice(0, 300)), new Set(fingerprints.slice(200, 350))]
  const planned = await plan(new HarshKv(bindings.SUPPORTERS), taken, { dryRun: true, paused })
  expect(planned.leftOut).toEqual({ reached: 300, paused: 50, suppressed: 0 })
  expect(planned.planned).toBe(MOST - 350)
})

test('a list that starts again after a lost cursor plans no person twice', async () => {
  const kv = new HarshKv(bindings.SUPPORTERS)
  const list = kv.list.bind(kv)
  let calls = 0
  vi.spyOn(kv, 'list').mockImplementation((options = {}) => {
    const { cursor: _, ...afresh } = options
    return list(++calls === 4 ? afresh : options) // a cursor that is no longer known
  })
  const planned = await plan(kv, new Set())
  expect([...planned.people].sort()).toEqual([...fingerprints].sort())
})

test('while people are read and not yet stored, an erasure has to be asked for again, and is complete afterwards', () =>
  runInDurableObject(bindings.SENDER_QUOTA.getByName(`planning-${++objects}`), async (_, ctx) => {
    const lane = openLane(ctx)
    lane.begin(orderOf(false, [AUDIENCE_PREFIX]))
    const somebody = fingerprints[0] ?? ''
    const answers: boolean[] = []
    const ask = async () => void answers.push(await eraseInLane(lane, settings.keys, somebody))
    while (!lane.isPlanned())
      await planPages(lane, {
        keys: settings.keys,
        read: async (...page) => {
          const read = await readCurrentPage(bindings.SUPPORTERS, settings, async () => [], ...page)
          await ask()
          return read
        },
        alreadyReached: async () => {
          await ask()
          return new Set()
        },
        unwilling: async () => ({ paused: new Set(), suppressed: new Set() }),
      })
    expect(new Set(answers)).toEqual(new Set([false]))
    expect(await eraseInLane(lane, settings.keys, somebody)).toBe(true)
    const opened = await Promise.all(
      [...lane.ledger.heads()].map(({ id }) => {
        const { recipients } = lane.ledger.body(id)
        return recipients === null ? [] : openRecipients(settings.keys, lane.placeOf(id), recipients)
      }),
    )
    const erased = CROWD.find((_, at) => fingerprints[at] === somebody)
    expect(opened.flatMap((people) => people ?? []).map(({ email }) => email)).not.toContain(erased?.email)
  }))
