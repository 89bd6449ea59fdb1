import { vi } from 'vitest'
import { Outbox } from '../../src/transports/outbox/outbox.ts'
import { sleep } from './organiser.ts'

/** The calls to the outbox so far, in order. `vi.restoreAllMocks` restores the real outbox. */
export type SlowOutbox = { calls: Array<{ key: string; at: number }> }

/** Makes the outbox take mails at once but answer only after `answerAfterMs`, as providers do. */
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

/** Makes the outbox fail calls, by idempotency key: before taking the mails, after taking them, or not at all. */
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
