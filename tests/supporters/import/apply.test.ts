import { expect, test } from 'vitest'
import type { Supporter } from '../../../src/supporter-list/supporter.ts'
import { type ImportDeps, importStep } from '../../../src/supporters/import/apply.ts'
import { newImport } from '../../../src/supporters/import/status.ts'
import { addressOf, testSettings } from '../../support/supporter-world.ts'

const { keys } = await testSettings()
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
