import { vi } from 'vitest'
import { Outbox } from '../../src/transports/outbox/outbox.ts'
import { sleep } from './organiser.ts'

/** Calls to the outbox, in the order in which they came; `vi.restoreAllMocks` brings the quick one back. */
export type SlowOutbox = { calls: Array<{ key: string; at: number }> }

/** An outbox that takes mails at once and answers late, as providers do. */
export function slowOutbox(answerAfterMs: number): SlowOutbox {
  const slow: SlowOutbox = { calls: [] }
  const keep = Outbox.prototype.keep
  vi.spyOn(Outbox.prototype, 'keep').mockImplementation(async function (this: Outbox, transport, key, body) {
    slow.calls.push({ key, at: Date.now() })
    await keep.call(this, transport, key, body)
    await sleep(answerAfterMs)
  })
  return slow
}

/** An outbox that does to each call what it is told, by its key. */
export function faultyOutbox(fault: (key: string) => 'accept' | 'accept-then-cut' | 'cut-before'): SlowOutbox {
  const faulty: SlowOutbox = { calls: [] }
  const keep = Outbox.prototype.keep
  vi.spyOn(Outbox.prototype, 'keep').mockImplementation(async function (this: Outbox, transport, key, body) {
    faulty.calls.push({ key, at: Date.now() })
    const what = fault(key)
    if (what === 'cut-before') {
      await body.cancel()
      throw new Error('cut')
    }
    await keep.call(this, transport, key, body)
    if (what === 'accept-then-cut') throw new Error('cut')
  })
  return faulty
}
