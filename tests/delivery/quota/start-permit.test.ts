import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { AccountStop } from '../../../src/delivery/quota/account-stop.ts'
import { StartPermit } from '../../../src/delivery/quota/start-permit.ts'
import { Database } from '../../../src/storage/database.ts'
import { NodeStorage } from '../../support/node-storage.ts'

/** Milliseconds after the answer to a stop within which a last call may begin. */
const LAST_BEGIN_MS = 2_000
const BULK = { use: 'bulk' } as const
const open = (storage: NodeStorage, now: number) => new AccountStop(new Database(storage.host, []), now)

/** One call. `travelsMs`: until a request reaches the account, and until its answer is back. All other times from the start. */
const call = fc.record({
  asksAt: fc.nat(6_000),
  waitMs: fc.nat(2_000),
  preparesMs: fc.nat(6_000),
  travelsMs: fc.nat(700),
  stopsAt: fc.nat(12_000),
  restartsAt: fc.nat(12_000),
})

test('no call begins later than two seconds after the answer to a stop, however long it took to prepare', async () => {
  let afterStop = 0
  await fc.assert(
    fc.asyncProperty(call, async ({ asksAt, waitMs, preparesMs, travelsMs, stopsAt, restartsAt }) => {
      const storage = new NodeStorage()
      let account = open(storage, 0)
      let clock = asksAt
      let answeredAt = Number.POSITIVE_INFINITY
      let hasRestarted = false
      const stopOrRestart = () => {
        if (!hasRestarted && restartsAt <= clock) {
          if (stopsAt < restartsAt) stop()
          hasRestarted = true
          account = open(storage, restartsAt)
        }
        if (stopsAt <= clock) stop()
      }
      const stop = () => {
        if (answeredAt !== Number.POSITIVE_INFINITY) return
        answeredAt = stopsAt + Math.max(0, account.obey({ version: 1, stopped: true }, stopsAt) - LAST_BEGIN_MS)
      }
      const atAccount = <T>(ask: () => T): T => {
        clock += travelsMs
        stopOrRestart()
        const answer = ask()
        clock += travelsMs
        return answer
      }
      const permit = new StartPermit({ confirm: async () => atAccount(() => account.confirm(clock)) }, () => clock)
      const isRefused = atAccount(() => {
        const refusal = account.refusal(BULK, clock)
        if (refusal === null) account.granted(waitMs, clock)
        return refusal !== null
      })
      if (isRefused) return
      permit.granted(asksAt, waitMs)
      clock = Math.max(clock + waitMs, asksAt + waitMs) + preparesMs
      const begins = await permit.mayBegin()
      stopOrRestart()
      if (!begins) expect(stopsAt).toBeLessThanOrEqual(clock)
      else {
        expect(clock).toBeLessThanOrEqual(answeredAt + LAST_BEGIN_MS)
        if (clock > stopsAt) afterStop++
      }
    }),
    { numRuns: 2_000 },
  )
  expect(afterStop).toBeGreaterThan(20) // the two seconds are used
})

test('a stopped account refuses appeals, letters, news and imports, and no single mail, until it goes on; late orders change nothing', () => {
  const storage = new NodeStorage()
  const account = open(storage, 0)
  const refuses = (of: AccountStop) =>
    [
      BULK,
      { use: 'asked', ofMany: true },
      { use: 'transactional', ofMany: true },
      { use: 'asked' },
      { use: 'transactional' },
    ].map((ask) => of.refusal(ask as typeof BULK, 0) !== null)
  const [HELD, FREE] = [[true, true, true, false, false], Array(5).fill(false)]
  expect(refuses(account)).toEqual(FREE)
  account.obey({ version: 3, stopped: true }, 0)
  account.obey({ version: 2, stopped: false }, 0)
  expect([refuses(account), refuses(open(storage, 9))]).toEqual([HELD, HELD])
  account.obey({ version: 4, stopped: false }, 0)
  account.obey({ version: 3, stopped: true }, 0)
  expect([refuses(account), refuses(open(storage, 9))]).toEqual([FREE, FREE])
})

test('a caller whose account answers too slowly fails instead of waiting for ever', async () => {
  let clock = 0
  const confirm = async () => {
    clock += 5_000
    return true
  }
  await expect(new StartPermit({ confirm }, () => clock).mayBegin()).rejects.toThrow('too slowly')
})
