import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Supporter } from '../../../src/supporter-list/supporter.ts'
import {
  type ImportDeps,
  importStep,
  peopleOfStep,
  queuePlace,
  removeLeavers,
  STEP_OPERATIONS,
  sealQueue,
} from '../../../src/supporters/import/apply.ts'
import { confirmationStep } from '../../../src/supporters/import/confirmations.ts'
import { decide, mergeRows } from '../../../src/supporters/import/decision.ts'
import { openPeople } from '../../../src/supporters/import/sealed-rows.ts'
import { printsOf } from '../../../src/supporters/import/staging.ts'
import { newImport } from '../../../src/supporters/import/status.ts'
import { addressOf, testSettings } from '../../support/supporter-world.ts'

const settings = await testSettings()
const { keys } = settings
const person = {
  rows: [2],
  email: addressOf('anna@example.org'),
  locales: ['en'],
  topics: [],
  consent: { source: 'petition', at: 5, wording: '' },
}
const request = { id: 'a'.repeat(32), by: 'o', at: 1, format: 'csv' as const, locale: 'en', perMinute: 1 }

/** A list and its suppressions, with a restart between writing a record and checking who left. */
class World implements ImportDeps {
  readonly keys = keys
  readonly records = new Map<string, Supporter>()
  readonly unsubscribed: string[] = []
  readonly suppressed: string[] = []
  stopsAt = 2
  #asked = 0
  readonly store = {
    getAll: async () => new Map<string, Supporter>(), // KV may show what was written a minute later
    put: async (fingerprint: string, record: Supporter) => void this.records.set(fingerprint, record),
    remove: async (fingerprint: string) => void this.records.delete(fingerprint),
  }

  async fingerprint({ email }: { email: string }) {
    return email
  }

  async membership(fingerprints: string[]) {
    if (++this.#asked === this.stopsAt) throw new Error('the object restarts')
    return { left: fingerprints.filter((one) => this.unsubscribed.includes(one)), admitted: [], changing: [] }
  }

  async repeatChanges() {}

  async suppress(fingerprint: string, reason: string) {
    this.suppressed.push(`${fingerprint} ${reason}`)
  }
}

test('a repeated step removes records of people who left after the first try', async () => {
  const world = new World()
  const status = { ...newImport(request), begun: [10] }
  await expect(importStep([person], status, world)).rejects.toThrow('restarts')
  expect(world.records.size).toBe(1)
  world.unsubscribed.push(person.email)
  const step = await importStep([person], { ...status, begun: [10, 20] }, world)
  expect([...world.records]).toEqual([])
  expect(step.counts).toMatchObject({ imported: 0, refused: 1 })
})

const row = (email: string, number: number, more: object = {}) => ({
  email: addressOf(email),
  row: number,
  locales: [],
  topics: [],
  ...more,
})
const step = async (world: World, rows: ReturnType<typeof row>[]) => {
  world.stopsAt = 0
  return importStep(mergeRows(rows), { ...newImport(request), begun: [10] }, world)
}

test('whoever has left elsewhere is suppressed with the reason, refused, and neither imported nor asked', async () => {
  const world = new World()
  const { consent } = person
  const found = await step(world, [
    row('gone@example.org', 2, { consent, leaves: 'unsubscribed' }),
    row('spam@example.org', 3, { leaves: 'complained' }),
    row('spam+b@example.org', 4, { consent }),
    row('here@example.org', 5, { consent }),
  ])
  expect(world.suppressed.sort()).toEqual([
    'gone@example.org unsubscribed',
    'spam+b@example.org complained',
    'spam@example.org complained',
  ])
  expect([...world.records.keys()]).toEqual(['here@example.org'])
  expect(found.counts).toEqual({ imported: 1, confirming: 0, merged: 0, refused: 3 })
  expect([found.toConfirm, found.refused.map(({ reason }) => reason)]).toEqual([[], Array(3).fill('left-elsewhere')])
})

test('several spellings of one mailbox are one person who is asked once, and nobody if one of them has left', async () => {
  const world = new World()
  world.unsubscribed.push('boris+news@example.org')
  const found = await step(world, [
    row('anna+a@example.org', 2),
    row('anna+b@example.org', 3),
    row('anna@example.org', 4),
    row('a.n.n.a@gmail.com', 5),
    row('anna+x@googlemail.com', 6),
    row('boris@example.org', 7),
    row('boris+news@example.org', 8),
  ])
  expect(found.toConfirm).toHaveLength(2)
  expect(found.counts).toEqual({ imported: 0, confirming: 0, merged: 3, refused: 2 })
})

test('who is to be asked is not asked once one spelling of the address has been erased or has left', async () => {
  const world = new World()
  const { toConfirm } = await step(world, [row('anna+a@example.org', 2), row('anna@example.org', 3)])
  const { sealed, prints } = (await sealQueue(world, request.id, 1, toConfirm)) ?? {
    sealed: new Uint8Array(),
    prints: '',
  }
  for (const spelling of ['anna+a@example.org', 'anna@example.org']) expect(prints).toContain(printsOf([spelling]))
  const waiting = (await openPeople(keys, queuePlace(request.id, 1), sealed)) ?? []
  world.unsubscribed.push('anna@example.org')
  const deps = { ...world, fingerprint: world.fingerprint, membership: world.membership.bind(world) }
  const ask = async (): Promise<never> => {
    throw new Error('nobody is to be asked')
  }
  const asked = await confirmationStep(waiting, newImport(request), null, {
    ...deps,
    repeatChanges: world.repeatChanges,
    suppress: world.suppress,
    settings,
    now: 1,
    ask,
  })
  expect(asked.refused).toEqual([{ row: 2, reason: 'left' }])
  expect(asked.again).toEqual([])
})

test('the report names each row that says that somebody has left who joined here themselves', async () => {
  const world = new World()
  const consent = { via: 'page', at: 5, wording: 'v1' }
  const ownChoice = { email: person.email, locales: ['en'], topics: [], since: 5, consent }
  world.records.set(person.email, ownChoice)
  world.store.getAll = async () => world.records
  const found = await step(world, [
    row(person.email, 3, { leaves: 'bounced' }),
    row('here@example.org', 4),
    row(person.email, 7),
  ])
  expect(found.refused).toEqual([3, 7].map((number) => ({ row: number, reason: 'joined-here' })))
  expect(found.counts).toEqual({ imported: 0, confirming: 0, merged: 0, refused: 2 })
  expect([world.suppressed, world.records.get(person.email)]).toEqual([[], ownChoice])
})

test('who joined here by themselves stays, whatever another system says', async () => {
  const own = {
    locales: ['en'],
    topics: [],
    since: 5,
    email: person.email,
    consent: { via: 'page', at: 5, wording: '' },
  }
  const leaver = { ...person, leaves: 'unsubscribed' as const }
  const known = { left: false, admitted: false, existing: own }
  expect(decide(leaver, known, [10], 'en')).toEqual({ kind: 'stays' })
  const imported = { ...own, consent: { ...own.consent, via: 'import:petition' } }
  expect(decide(leaver, { ...known, existing: imported }, [10], 'en')).toEqual({
    kind: 'leaves',
    reason: 'unsubscribed',
  })
})

test('however many spellings of mailboxes have left, each is suppressed and no step makes too many operations', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ spellings: fc.integer({ min: 1, max: 320 }), leaves: fc.boolean() }), { maxLength: 9 }),
      async (mailboxes) => {
        const rows = mailboxes.flatMap(({ spellings, leaves }, box) =>
          Array.from({ length: spellings }, (_, n) =>
            row(`person${box}+${n}@example.org`, 0, {
              leaves: leaves && n === spellings - 1 ? 'unsubscribed' : undefined,
            }),
          ),
        )
        const people = mergeRows(rows.map((one, at) => ({ ...one, row: at + 2 })))
        const world = Object.assign(new World(), { stopsAt: 0 })
        let refused = 0
        for (let done = 0; done < people.length; ) {
          const some = peopleOfStep(people.slice(done))
          const { operations, counts } = await importStep(some, { ...newImport(request), begun: [10] }, world)
          expect(operations).toBeLessThanOrEqual(STEP_OPERATIONS)
          refused += counts.refused
          done += some.length
        }
        const leaving = mailboxes.flatMap(({ spellings, leaves }, box) =>
          leaves ? Array.from({ length: spellings }, (_, n) => `person${box}+${n}@example.org unsubscribed`) : [],
        )
        expect(world.suppressed.toSorted()).toEqual(leaving.toSorted())
        expect(refused).toBe(leaving.length)
      },
    ),
    { numRuns: 30 },
  ))

test('when KV refuses one write of a step, whoever left during it is removed all the same', async () => {
  const world = Object.assign(new World(), { stopsAt: 0 })
  const [ida, ben] = ['ida@example.org', 'ben@example.org'].map((email) => ({ ...person, email: addressOf(email) }))
  const put = world.store.put
  world.store.put = async (fingerprint, record) => {
    if (fingerprint === ben?.email) throw new Error('KV PUT failed: 429 Too Many Requests')
    world.unsubscribed.push(fingerprint) // they leave, and their record is removed, before this write lands
    await put(fingerprint, record)
  }
  const both = [ida, ben].flatMap((one) => one ?? [])
  await expect(importStep(both, { ...newImport(request), begun: [10] }, world)).rejects.toThrow('429')
  expect([...world.records.keys()]).toEqual([])
})

test('an import that is cancelled after a crash amid a step removes the records of those who left since', async () => {
  const world = Object.assign(new World(), { stopsAt: 2 })
  await expect(importStep([person], { ...newImport(request), begun: [10] }, world)).rejects.toThrow('restarts')
  world.unsubscribed.push(person.email)
  await removeLeavers([person], world)
  expect([...world.records.keys()]).toEqual([])
})
