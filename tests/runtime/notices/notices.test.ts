import { runInDurableObject } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import type { NoticeView } from '../../../src/notices/notice-table.ts'
import { raiseNotice } from '../../../src/notices/raise-notice.ts'
import { noticesOf } from '../../../src/objects.ts'
import { TEST_READER_TOKEN } from '../../settings.ts'
import { bindings } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 }) // the first request loads the whole Worker

const DAY_MS = 86_400_000

const listed = async (): Promise<NoticeView[]> => noticesOf(bindings).list()

test('cases of one kind and subject are one notice, and a case a minute costs the object no more than one request', async () => {
  const now = Date.now()
  for (const second of [0, 1, 2, 59, 61])
    await raiseNotice(bindings, { kind: 'dispatch-paused', subject: 'one' }, now + second * 1_000)
  await raiseNotice(
    bindings,
    { kind: 'dispatch-paused', subject: 'two', count: 7, detail: 'the quota is used up' },
    now,
  )
  const notices = await listed()
  expect(notices.map(({ subject, count }) => [subject, count]).sort()).toEqual([
    ['one', 5],
    ['two', 7],
  ])
  expect(notices.find(({ subject }) => subject === 'two')).toMatchObject({
    summary: 'The dispatch two paused by itself.',
    action: expect.stringContaining('resume'),
    detail: 'the quota is used up',
  })
})

test('a notice that cannot be stored breaks nothing, and its cases are in the next one', async () => {
  const broken = { NOTICES: { getByName: () => ({ add: () => Promise.reject(new Error('overloaded')) }) } }
  await raiseNotice({ ...bindings, ...broken } as never, { kind: 'dispatch-paused', subject: 'lost', count: 3 })
  await raiseNotice(bindings, { kind: 'dispatch-paused', subject: 'lost' })
  expect((await listed()).find(({ subject }) => subject === 'lost')).toMatchObject({ count: 4 })
})

test('subjects that others choose are told apart up to a limit, and counted together beyond it', async () => {
  const notices = noticesOf(bindings)
  for (let n = 0; n < 60; n++) await notices.add({ kind: 'provider-event-unknown', subject: `brevo: name ${n}` })
  await notices.add({ kind: 'provider-event-unknown', subject: 'brevo: name 1', count: 5 })
  const counts = new Map(
    (await listed()).flatMap(({ kind, subject, count }) =>
      kind === 'provider-event-unknown' ? [[subject, count]] : [],
    ),
  )
  expect(counts.size).toBe(41)
  expect(counts.get('others')).toBe(20)
  expect(counts.get('brevo: name 1')).toBe(6)
})

test('old notices and those beyond the limit are dropped, the oldest first', async () => {
  await runInDurableObject(noticesOf(bindings), (_, { storage }) => {
    storage.sql.exec(
      `INSERT INTO notice (kind, subject, cases, detail, first_at, last_at)
       SELECT 'dispatch-paused', value, 1, '', ?1 - value, ?1 - value FROM json_each(?2)`,
      Date.now(),
      JSON.stringify(Array.from({ length: 600 }, (_, i) => i + 1)),
    )
    storage.sql.exec('UPDATE notice SET last_at = ? WHERE subject = ?', Date.now() - 91 * DAY_MS, '5')
  })
  await raiseNotice(bindings, { kind: 'dispatch-paused', subject: 'newest' })
  const subjects = (await listed()).map(({ subject }) => subject)
  expect(subjects).toHaveLength(500)
  expect(subjects[0]).toBe('newest')
  expect(subjects).not.toContain('5')
  expect(subjects).not.toContain('600')
})

test('GET /api/notices shows them to every token that may read', async () => {
  await raiseNotice(bindings, { kind: 'dispatch-paused', subject: 'shown' })
  const url = 'http://127.0.0.1:8787/api/notices'
  const answer = await exports.default.fetch(url, { headers: { authorization: `Bearer ${TEST_READER_TOKEN}` } })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toContainEqual(expect.objectContaining({ subject: 'shown', count: 1 }))
  const stranger = await exports.default.fetch(url)
  expect(stranger.status).toBe(401)
})
