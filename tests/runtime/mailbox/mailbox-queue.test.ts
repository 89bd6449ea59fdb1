import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { confirmValues } from '../../../src/emails/values.ts'
import type { TransactionalMail } from '../../../src/mailbox/transactional-mail.ts'
import { suppressionOf } from '../../../src/objects.ts'
import { received } from '../../support/organiser.ts'
import { faultyOutbox } from '../../support/slow-outbox.ts'
import { addressOf, testSettings } from '../../support/supporter-world.ts'
import { bindings, mailsTo } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 30_000 })

beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const HOUR_MS = 3_600_000
const CONFIRM: TransactionalMail = {
  key: 'confirm/1',
  email: 'confirm',
  locale: 'en',
  to: { address: 'anna@example.org' },
  values: confirmValues({ confirm: 'https://act.example.org/confirm/t', noMore: '' }),
}

let boxes = 0
const freshBox = () => bindings.MAILBOX_QUEUE.getByName(`mailbox-${++boxes}`)
type Box = ReturnType<typeof freshBox>

const arrived = (mails: number) =>
  vi.waitFor(async () => expect((await received())['anna@example.org'] ?? []).toHaveLength(mails), 15_000)

/** Moves the stored times of a queue back, as if time had passed. */
const age = (box: Box, milliseconds: number) =>
  runInDurableObject(box, (_, { storage }) => {
    storage.sql.exec('UPDATE recent_act SET until = until - ?', milliseconds)
    storage.sql.exec('UPDATE mail SET queued_at = queued_at - ?, due_at = due_at - ?', milliseconds, milliseconds)
  })

const rowCounts = (box: Box) =>
  runInDurableObject(box, (_, { storage }) => {
    const tables = storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('mail', 'recent_act')").toArray()
    return tables.map(({ name }) => storage.sql.exec(`SELECT COUNT(*) AS n FROM ${name}`).one().n)
  })

const withNumber = (n: number): TransactionalMail => ({ ...CONFIRM, key: `confirm/${n}`, values: {} })
const linkOf = (n: number) => ({ digest: `request-${n}`, purpose: 'confirm' as const, payload: [`content ${n}`] })
const textsTo = async (address: string) => (await mailsTo(address)).map(({ text }) => text)
const linksIn = (text: string) => [...text.matchAll(/\/confirm\/([\w-]+)/g)].map(([, token]) => token)

test('of many requests at once four mails go, of whatever kind; a press of a button lets four more go', async () => {
  const box = freshBox()
  const kinds = ['confirm', 'letter', 'voice', 'confirm', 'letter', 'voice'] as const
  const ask = (from: number) =>
    Promise.all(kinds.map((email, n) => box.ask({ ...withNumber(from + n), email }, linkOf(from + n))))
  expect((await ask(0)).filter((answer) => answer === 'queued')).toHaveLength(4)
  expect(await ask(10)).toEqual(kinds.map(() => 'refused'))
  await arrived(4)
  await box.fillAllowance()
  expect((await ask(20)).filter((answer) => answer === 'queued')).toHaveLength(4)
  await box.fillAllowance()
  expect(await ask(30)).toEqual(kinds.map(() => 'refused')) // eight in a day, whatever the owner presses
  await arrived(8)
})

test('a second equal request repeats the same link; another request, or one after a press, has a link of its own', async () => {
  const box = freshBox()
  expect(await box.ask(withNumber(1), linkOf(1))).toBe('queued')
  await arrived(1)
  await vi.waitFor(async () => expect((await rowCounts(box))[0]).toBe(0))
  expect(await box.ask(withNumber(2), linkOf(1))).toBe('repeated')
  expect(await box.ask(withNumber(3), linkOf(2))).toBe('queued')
  await arrived(3)
  await box.fillAllowance()
  expect(await box.ask(withNumber(4), linkOf(1))).toBe('queued')
  await arrived(4)
  const links = (await textsTo('anna@example.org')).flatMap(linksIn)
  expect(links).toHaveLength(4)
  expect(new Set(links).size).toBe(3)
})

test('an equal request adds no mail while the first has not left', async () => {
  const box = freshBox()
  faultyOutbox(() => 'cut-before')
  const answers = await Promise.all([1, 2, 3].map((n) => box.ask(withNumber(n), linkOf(1))))
  expect(answers.sort()).toEqual(['queued', 'repeated', 'repeated'])
  expect((await rowCounts(box))[0]).toBe(1)
})

test('an import that was interrupted before its confirmation was stored asks again, with the same link', async () => {
  const box = freshBox()
  const asked = { mailbox: 'mailbox', domain: '' } // without a network: of an import
  await box.ask({ ...withNumber(1), asked }, linkOf(1))
  await runInDurableObject(box, (_, { storage }) => storage.sql.exec('DELETE FROM mail; DELETE FROM recent_act'))
  expect(await box.ask({ ...withNumber(1), asked }, linkOf(1))).toBe('repeated')
  await arrived(1)
  expect(await box.ask({ ...withNumber(1), asked }, linkOf(1))).toBe('already')
})

test('a key is sent once, nothing is stored after an hour, and the queue then works again', async () => {
  const box = freshBox()
  expect(await box.enqueue(CONFIRM)).toBe('queued')
  expect(await box.enqueue(CONFIRM)).toBe('already')
  await arrived(1)
  await vi.waitFor(async () => expect(await rowCounts(box)).toEqual([0, 1]))
  await age(box, HOUR_MS)
  await runDurableObjectAlarm(box)
  expect(await rowCounts(box)).toEqual([])
  expect(await box.enqueue(CONFIRM)).toBe('queued')
  await arrived(1) // the outbox knows the key, since the same mail within a minute has the same key
  expect(await box.enqueue({ ...CONFIRM, key: 'confirm/3' })).toBe('queued')
  await arrived(2)
})

test('nothing is stored a day after the last mail that a stranger asked for', async () => {
  const box = freshBox()
  await box.ask(withNumber(1), linkOf(1))
  await arrived(1)
  await vi.waitFor(async () => expect((await rowCounts(box))[0]).toBe(0))
  await runInDurableObject(box, (_, { storage }) => {
    storage.kv.put('allowance', { sent: [Date.now() - 24 * HOUR_MS], filledAt: 0, links: [] })
  })
  await runDurableObjectAlarm(box)
  expect(await rowCounts(box)).toEqual([])
})

test('a mailbox that nobody asked a mail for stores nothing when its owner acts', async () => {
  const box = freshBox()
  await box.fillAllowance()
  await box.release('confirm/1')
  expect(await rowCounts(box)).toEqual([])
})

test('a mail with an unknown outcome is sent again with the same key, and is sealed until then', async () => {
  const box = freshBox()
  const faulty = faultyOutbox(() =>
    faulty.calls.length === 1 ? 'cut-before' : faulty.calls.length === 2 ? 'accept-then-cut' : 'accept',
  )
  await box.enqueue(CONFIRM)
  await vi.waitFor(() => expect(faulty.calls.length).toBe(1), 10_000)
  const rows = await runInDurableObject(box, (_, { storage }) =>
    JSON.stringify(storage.sql.exec('SELECT * FROM mail').toArray()),
  )
  expect(rows).not.toMatch(/anna|example\.org/)
  await vi.waitFor(() => expect(faulty.calls.length).toBe(3), 15_000)
  expect(new Set(faulty.calls.map(({ key }) => key)).size).toBe(1)
  await arrived(1)
  await vi.waitFor(async () => expect((await rowCounts(box))[0]).toBe(0))
})

test('a mail that cannot be composed does not block others and is given up after a day', async () => {
  const box = freshBox()
  await box.enqueue({ ...CONFIRM, key: 'a broken one', values: {} })
  await box.enqueue(CONFIRM)
  await arrived(1)
  await vi.waitFor(async () => expect((await rowCounts(box))[0]).toBe(1))
  await age(box, 24 * HOUR_MS)
  await runDurableObjectAlarm(box)
  await vi.waitFor(async () => expect(await rowCounts(box)).toEqual([]), 10_000)
})

test('a waiting mail is dropped once its reader has left, except a goodbye', async () => {
  const box = freshBox()
  const faulty = faultyOutbox(() => 'cut-before')
  const goodbye: TransactionalMail = { ...CONFIRM, key: 'goodbye/1', email: 'goodbye', values: {} }
  await box.enqueue(CONFIRM)
  await box.enqueue(goodbye)
  await vi.waitFor(() => expect(faulty.calls.length).toBeGreaterThanOrEqual(2), 10_000)
  const anna = await (await testSettings()).fingerprint(addressOf('anna@example.org'))
  await suppressionOf(bindings).suppress(anna, 'unsubscribed', Date.now())
  await vi.waitFor(
    async () => {
      const keys = await runInDurableObject(box, (_, { storage }) => storage.sql.exec('SELECT key FROM mail').toArray())
      expect(keys).toEqual([{ key: 'goodbye/1' }])
    },
    { timeout: 15_000 },
  )
  await suppressionOf(bindings).suppress(anna, 'complained', Date.now())
  await vi.waitFor(async () => expect((await rowCounts(box))[0]).toBe(0), 20_000)
  expect(await received()).toEqual({})
})

test('at most twenty mails wait in one queue', async () => {
  const box = freshBox()
  faultyOutbox(() => 'cut-before')
  const posted = await Promise.all(Array.from({ length: 30 }, (_, n) => box.enqueue({ ...CONFIRM, key: `act/${n}` })))
  expect(posted.filter((answer) => answer === 'queued')).toHaveLength(20)
})

test('a full queue is told apart from a mail sent before, and takes the mail once there is room', async () => {
  const box = freshBox()
  faultyOutbox(() => 'cut-before')
  const mail = (n: number): TransactionalMail => ({ ...CONFIRM, key: `flood/${n}` })
  for (let n = 0; n < 20; n++) expect(await box.enqueue(mail(n))).toBe('queued')
  expect(await box.enqueue(mail(20), 'lasting')).toBe('full')
  expect(await box.enqueue(mail(7))).toBe('already')
  await runInDurableObject(box, (_, { storage }) => {
    storage.sql.exec("DELETE FROM mail WHERE key = 'flood/0'")
  })
  expect(await box.enqueue(mail(20), 'lasting')).toBe('queued') // the refusal left no mark
})

test('a lasting key is known for a week, and the key of a mail that still waits for as long as it waits', async () => {
  const box = freshBox()
  faultyOutbox(() => 'cut-before')
  await box.enqueue({ ...CONFIRM, key: 'waits' })
  await box.enqueue({ ...CONFIRM, key: 'lasts' }, 'lasting')
  await age(box, 2 * HOUR_MS)
  await runInDurableObject(box, (_, { storage }) => {
    storage.sql.exec("DELETE FROM mail WHERE key = 'lasts'")
  })
  expect(await box.enqueue({ ...CONFIRM, key: 'waits' })).toBe('already')
  expect(await box.enqueue({ ...CONFIRM, key: 'lasts' }, 'lasting')).toBe('already')
  await age(box, 7 * 24 * HOUR_MS)
  expect(await box.enqueue({ ...CONFIRM, key: 'lasts' }, 'lasting')).toBe('queued')
})
