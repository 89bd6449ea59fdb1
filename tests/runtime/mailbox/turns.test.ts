import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { QUEUE_STEPS, QueuedMails } from '../../../src/mailbox/queued-mails.ts'
import { Database } from '../../../src/storage/database.ts'
import { bindings } from '../../support/visitor.ts'

const HOUR_MS = 3_600_000
const KEY = 'confirm/1'

let boxes = 0
/** The table of an object with one confirmation, and when its next try is due. */
const queued = (run: (mails: QueuedMails, now: number) => void) =>
  runInDurableObject(bindings.MAILBOX_QUEUE.getByName(`turns-${++boxes}`), (_, ctx) => {
    const mails = new QueuedMails(new Database(ctx, QUEUE_STEPS))
    const now = Date.now()
    mails.add(KEY, null, 'sealed', now)
    run(mails, now)
  })
const rowOf = (mails: QueuedMails) => mails.due(Number.MAX_SAFE_INTEGER)[0] ?? expect.fail('the mail is gone')

test('a confirmation waits until its turn has come', () =>
  queued((mails, now) => {
    mails.waitForTurn(rowOf(mails), now + HOUR_MS)
    expect(mails.due(now)).toEqual([])
    expect(mails.nextAt()).toBe(now + HOUR_MS)
    mails.release(KEY, now)
    expect(mails.due(now)).toMatchObject([{ key: KEY, cleared: true }])
  }))

test('a turn that comes before the answer “wait” has arrived is not lost', () =>
  queued((mails, now) => {
    const asking = rowOf(mails)
    mails.release(KEY, now)
    mails.waitForTurn(asking, now + HOUR_MS)
    expect(mails.due(now)).toMatchObject([{ key: KEY, cleared: true }])
  }))
