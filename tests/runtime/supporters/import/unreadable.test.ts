import { runInDurableObject } from 'cloudflare:test'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Database } from '../../../../src/storage/database.ts'
import { sealQueue } from '../../../../src/supporters/import/apply.ts'
import { IMPORT_STEPS } from '../../../../src/supporters/import/import.ts'
import { sealPeople } from '../../../../src/supporters/import/sealed-rows.ts'
import { ImportStore } from '../../../../src/supporters/import/state.ts'
import { newImport, toView } from '../../../../src/supporters/import/status.ts'
import { placeOf } from '../../../../src/supporters/import/upload.ts'
import { ImportWork } from '../../../../src/supporters/import/work.ts'
import { addressOf, testSettings } from '../../../support/supporter-world.ts'
import { bindings } from '../../../support/visitor.ts'

const settings = await testSettings()
const REQUEST = { id: 'b'.repeat(32), by: 'o', at: 1, format: 'csv' as const, locale: 'en', perMinute: 400 }
const SEALING = {
  keys: settings.keys,
  fingerprint: ({ email }: ReturnType<typeof fetched>) => settings.fingerprint(email),
}
const DAMAGED = new Uint8Array([1, 2, 3])
const fetched = (n: number) => ({
  locales: ['en'],
  topics: [],
  rows: [n + 2],
  email: addressOf(`someone${n}@example.org`),
})
const proven = (n: number) => ({ ...fetched(n), consent: { source: 'petition', at: 5, wording: '' } })

type Fate = 'queued' | 'full' | 'silent'
let objects = 0

/** Runs steps of an import whose mailbox queues answer as told, until it has ended. Returns who was asked, and the view. */
function importing(prepare: (state: ImportStore) => Promise<void>, fates: Fate[] = []) {
  return runInDurableObject(bindings.SENDER_QUOTA.getByName(`import-${++objects}`), async (_, ctx) => {
    const state = new ImportStore(new Database(ctx, IMPORT_STEPS))
    const asked: string[] = []
    const env = Object.assign(
      { ...bindings },
      {
        MAILBOX_QUEUE: {
          getByName: (mailbox: string) => ({
            async ask() {
              const fate = fates.shift() ?? 'queued'
              if (fate === 'silent') throw new Error('the object does not answer')
              if (fate === 'queued') asked.push(mailbox)
              return fate
            },
          }),
        },
        SUPPRESSION: { getByName: () => ({ membership: async () => ({ left: [], admitted: [], changing: [] }) }) },
      },
    ) as Env
    await prepare(state)
    const work = new ImportWork(state, () => env)
    for (let steps = 0; steps < 200 && state.status?.state !== 'finished'; steps++) {
      await (state.status?.state === 'importing' ? work.importSlice(settings) : work.confirmationSlice(settings))
      ctx.storage.sql.exec('UPDATE confirmation SET due_at = MIN(due_at, 1)') // as if hours had passed
    }
    return { asked, view: state.status && toView(state.status) }
  })
}

test('whatever staged records are damaged, all other people are imported and the damaged ones counted once', async () => {
  const plans = fc.array(fc.record({ people: fc.integer({ min: 1, max: 3 }), damaged: fc.boolean() }), {
    minLength: 2,
    maxLength: 9,
  })
  await fc.assert(
    fc.asyncProperty(plans, async (records) => {
      const [first = { people: 1 }, ...others] = records
      const all = [{ ...first, damaged: false }, ...others] // with nothing that opens, an import waits for its key
      let people = 0
      const { view } = await importing(async (state) => {
        for (const [bucket, record] of all.entries()) {
          const rows = Array.from({ length: record.people }, () => proven(objects * 100 + people++))
          const sealed = record.damaged
            ? DAMAGED
            : await sealPeople(settings.keys, placeOf(REQUEST.id, 1, bucket), rows)
          state.staging.put({ part: 1, bucket: bucket * 5, seq: bucket, people: record.people, sealed })
        }
        state.store({ ...newImport(REQUEST), state: 'importing', counts: { ...newImport(REQUEST).counts, people } })
      })
      const lost = all.reduce((sum, record) => sum + (record.damaged ? record.people : 0), 0)
      expect(view).toMatchObject({
        state: 'finished',
        people,
        imported: people - lost,
        refused: lost,
        waiting: 0,
        cancelled: 0,
      })
      expect(view?.notes).toHaveLength(lost > 0 ? 1 : 0)
    }),
    { numRuns: 20 },
  )
})

test('whatever mailbox queues are full or silent, each person is asked for a confirmation exactly once', async () => {
  const fates = fc.array(fc.constantFrom<Fate>('queued', 'full', 'silent'), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fates, async (people, answers) => {
      const { asked, view } = await importing(
        async (state) => {
          const rows = Array.from({ length: people }, (_, n) => fetched(n))
          const record = await sealQueue(SEALING, REQUEST.id, 1, rows)
          if (record !== null) state.staging.enqueue(record)
          state.store({ ...newImport(REQUEST), state: 'confirming', counts: { ...newImport(REQUEST).counts, people } })
        },
        [...answers],
      )
      expect(new Set(asked).size).toBe(people)
      expect(asked).toHaveLength(people)
      expect(view).toMatchObject({ state: 'finished', confirming: people, refused: 0, waiting: 0, cancelled: 0 })
    }),
    { numRuns: 20 },
  )
})

test('a list of people to confirm that does not open delays no other list, and is refused after a week', async () => {
  const { asked, view } = await importing(async (state) => {
    const others = await sealQueue(SEALING, REQUEST.id, 2, [fetched(1), fetched(2)])
    const firstTryAt = Date.now() - 7 * 86_400_000
    state.staging.enqueue({ seq: 1, people: 4, sealed: DAMAGED, dueAt: 0, firstTryAt, prints: null })
    if (others !== null) state.staging.enqueue(others)
    state.store({ ...newImport(REQUEST), state: 'confirming', counts: { ...newImport(REQUEST).counts, people: 6 } })
  })
  expect(asked).toHaveLength(2)
  expect(view).toMatchObject({ state: 'finished', confirming: 2, refused: 4, waiting: 0 })
})
