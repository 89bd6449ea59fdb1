import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { QUEUE_STEPS, QueuedMails } from '../../../src/mailbox/queued-mails.ts'
import { Database } from '../../../src/storage/database.ts'
import { bindings } from '../../support/visitor.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

let boxes = 0
/** The table of an object, with one mail that was queued so long ago. */
const queued = <T>(ago: number, run: (mails: QueuedMails, row: () => ReturnType<QueuedMails['due']>[0]) => T) =>
  runInDurableObject(bindings.MAILBOX_QUEUE.getByName(`dated-${++boxes}`), (_, ctx) => {
    const mails = new QueuedMails(new Database(ctx, QUEUE_STEPS))
    mails.add('confirm/1', null, 'sealed', Date.now() - ago)
    return run(mails, () => mails.due(Number.MAX_SAFE_INTEGER)[0] ?? expect.fail('the mail is gone'))
  })

test('a mail that leaves soon has the time at which it was queued, and a repeated call has the same', () =>
  queued(MINUTE_MS, (mails, row) => {
    const { queuedAt } = row()
    expect(mails.dateOf(row(), Date.now())).toBe(queuedAt)
    mails.reschedule(row(), MINUTE_MS, row().generation)
    expect(mails.dateOf(row(), Date.now() + 3 * HOUR_MS)).toBe(queuedAt)
  }))

test('a mail that waited for hours has the time at which it leaves, in every repeated call and after a crash', () =>
  queued(5 * HOUR_MS, (mails, row) => {
    const now = Date.now()
    expect(mails.dateOf(row(), now)).toBe(now)
    expect(mails.dateOf(row(), now + MINUTE_MS)).toBe(now)
    mails.reschedule(row(), MINUTE_MS, row().generation)
    expect(mails.dateOf(row(), now + HOUR_MS)).toBe(now)
  }))

test('after a refusal the next call is another one, with a date of its own', () =>
  queued(MINUTE_MS, (mails, row) => {
    const now = Date.now()
    mails.dateOf(row(), now)
    mails.reschedule(row(), MINUTE_MS, row().generation + 1)
    expect(mails.dateOf(row(), now + HOUR_MS)).toBe(now + HOUR_MS)
    mails.reschedule(row(), MINUTE_MS, row().generation + 1)
    expect(mails.dateOf(row(), now + 2 * HOUR_MS)).toBe(now + 2 * HOUR_MS)
  }))

test('a mail that had no turn yet gets its date when it has one', () =>
  queued(5 * HOUR_MS, (mails, row) => {
    const [before, now] = [row(), Date.now()]
    mails.dateOf(before, now)
    mails.reschedule({ ...before, dated: 0 }, MINUTE_MS, before.generation, 0)
    expect(mails.dateOf(row(), now + 3 * HOUR_MS)).toBe(now + 3 * HOUR_MS)
  }))
