import { reset, runInDurableObject } from 'cloudflare:test'
import * as fc from 'fast-check'
import { beforeAll, expect, test, vi } from 'vitest'
import { planPages } from '../../../../src/dispatch/lane/planning.ts'
import type { Person } from '../../../../src/supporter-list/person.ts'
import { openLane } from '../../../support/open-databases.ts'
import { people } from '../../../support/organiser.ts'
import { addressOf, testSettings } from '../../../support/supporter-world.ts'
import { bindings } from '../../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeAll(reset)

const { keys } = await testSettings()
const PAGES = 6
const A_PAGE = 7

/** People in the order of their fingerprints, in two languages. */
const CROWD: Person[] = people(0, PAGES * A_PAGE).map(({ email }, n) => ({
  fingerprint: n.toString(16).padStart(32, '0'),
  email: addressOf(email),
  locales: [n % 3 === 0 ? 'fr' : 'en'],
  topics: [],
  since: 0,
}))

const TASK = {
  request: {
    id: 'd',
    campaign: 'ferry',
    revision: '0123456789ab',
    email: 'appeal' as const,
    audience: {},
    sendAt: 0,
    dryRun: false,
    createdAt: 0,
    createdBy: 'organiser',
    needsApproval: false,
  },
  index: 0,
  lanes: 1,
  prefixes: [''],
  locales: ['en', 'fr'],
  maxBatch: 5,
}

const DAMAGES = ["x'00'", "x''", 'zeroblob(300)', 'NULL'] as const

let objects = 0

test('a list of remainders that does not open keeps nobody else from being planned, and its people are listed as not sent', () =>
  fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: PAGES - 1 }), { minLength: 1 }),
      fc.constantFrom(...DAMAGES),
      (damagedBefore, damage) =>
        runInDurableObject(bindings.SENDER_QUOTA.getByName(`remainders-${++objects}`), async (_, ctx) => {
          openLane(ctx).begin(TASK)
          const lost = new Set<string>()
          for (let page = 0; !openLane(ctx).isPlanned(); page++) {
            expect(page).toBeLessThan(PAGES)
            if (damagedBefore.includes(page)) {
              for (const one of Object.values(openLane(ctx).progress().remaining).flat()) lost.add(one)
              ctx.storage.sql.exec(`UPDATE plan SET remainders = ${damage}`)
            }
            const read = async () => ({
              people: CROWD.slice(page * A_PAGE, (page + 1) * A_PAGE),
              cursor: String(page),
              lastKey: String(page),
              done: page === PAGES - 1,
              damaged: 0,
              operations: 1,
            })
            const unwilling = async () => ({ paused: new Set<string>(), suppressed: new Set<string>() })
            await planPages(openLane(ctx), { keys, read, alreadyReached: async () => new Set(), unwilling }, 1)
          }
          const lane = openLane(ctx)
          const statuses = [...lane.ledger.heads()].flatMap(({ id, statuses: all }) =>
            lane.ledger.people(id).map((one, position) => [one, all.at(position)] as const),
          )
          expect(statuses.map(([one]) => one).sort()).toEqual(CROWD.map(({ fingerprint }) => fingerprint))
          const notSent = statuses.filter(([, status]) => status === 'cancelled').map(([one]) => one)
          expect(notSent.sort()).toEqual([...lost].sort())
          expect(lane.report().counts).toMatchObject({ planned: CROWD.length, waiting: CROWD.length - lost.size })
          const everybody = CROWD.map(({ fingerprint }) => fingerprint)
          const { reached } = lane.reachAmong(everybody, 'reached')
          expect(reached.filter((one) => lost.has(one))).toEqual([]) // a later dispatch may have them
        }),
    ),
    { numRuns: 25 },
  ))
