import { reset } from 'cloudflare:test'
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import { importOf, suppressionOf } from '../../src/objects.ts'
import { Import } from '../../src/supporters/import/import.ts'
import type { ImportView } from '../../src/supporters/import/status.ts'
import { HarshKv } from '../support/harsh-kv.ts'
import { MemoryKv, namespaceOf } from '../support/memory-kv.ts'
import { Organiser, sleep } from '../support/organiser.ts'
import { addressOf, testSettings } from '../support/supporter-world.ts'
import { bindings } from '../support/visitor.ts'

/** Rows of the list; TWICE of them are repeated, and LEFT belong to people who unsubscribed. */
const { importManyRows: ROWS } = inject('sizes')
const TWICE = ROWS / 50
const LEFT = 50
vi.setConfig({ testTimeout: 120_000 })

beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const email = (n: number) => `person${n}@example.org`
const head = 'email,name,locales,consent_source,consent_at'

/** Gives imports a HarshKv, with each alarm as one invocation. Returns counts of alarms and operations. */
function harshImport() {
  const kv = new MemoryKv()
  const harsh = new HarshKv(namespaceOf(kv))
  const seen = { alarms: 0, mostOperations: 0 }
  const alarm = Import.prototype.alarm
  vi.spyOn(Import.prototype, 'alarm').mockImplementation(async function (this: Import) {
    Object.assign(this, { env: { ...bindings, SUPPORTERS: harsh.namespace } })
    harsh.beginInvocation()
    await alarm.call(this)
    seen.alarms++
    seen.mostOperations = Math.max(seen.mostOperations, harsh.operations)
  })
  return { kv, seen }
}

test(`${ROWS} rows are imported within the platform's limits, though KV does not yet show what was written`, async () => {
  const { kv, seen } = harshImport()
  const { fingerprint } = await testSettings()
  for (let n = 0; n < LEFT; n++)
    await suppressionOf(bindings).suppress(await fingerprint(addressOf(email(n * 11))), 'unsubscribed', Date.now())
  const rows = Array.from({ length: ROWS }, (_, n) => `${email(n % (ROWS - TWICE))},N ${n},ru,petition,2024-05-31`)
  const anna = new Organiser()
  const csv = { 'content-type': 'text/csv' }
  const began = Date.now()
  const { json } = await anna.ask<ImportView>('POST', '/api/supporters/import', `${head}\n${rows.join('\n')}\n`, csv)
  const takenMs = Date.now() - began
  for (let status = json; status.state !== 'finished'; await sleep(100)) {
    expect(['importing', 'finished']).toContain(status.state)
    const { people, imported, confirming, merged, refused, waiting } = status
    expect(imported + confirming + merged + refused + waiting).toBe(people)
    status = (await anna.ask<ImportView>('GET', `/api/supporters/imports/${json.id}`)).json
  }
  const status = await importOf(bindings, json.id).view()
  console.log(`taken in after ${takenMs} ms, in after ${Date.now() - began} ms; ${JSON.stringify(seen)}`)
  // People who left and are listed twice are refused twice.
  const leftTwice = Array.from({ length: LEFT }, (_, n) => n * 11).filter((n) => n < TWICE).length
  expect(status).toMatchObject({
    people: ROWS,
    imported: ROWS - TWICE - LEFT,
    merged: TWICE - leftTwice,
    refused: LEFT + leftTwice,
    confirming: 0,
  })
  expect(kv.entries.size).toBe(ROWS - TWICE - LEFT)
  expect(seen.mostOperations).toBeLessThanOrEqual(950)
})
