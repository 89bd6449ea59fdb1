import { reset } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Problem } from '../../scripts/local/organiser.ts'
import { suppressionOf } from '../../src/objects.ts'
import { TEST_READER_TOKEN } from '../settings.ts'
import { fingerprintOf, join, Organiser, people, person, received } from '../support/organiser.ts'
import { bindings, linkIn, mailsTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 }) // compiling mails takes long on a busy machine

const anna = new Organiser()
beforeEach(reset)

const SECTIONS = ['Update 2026-11-14 Mended', 'Update 2026-11-20 Shut', 'Correction 2026-11-21 It is open']
const TEXT = `Come.${SECTIONS.map((heading) => `\n\n## ${heading}\n\nIt is.`).join('')}`

type Queued = { mails: number; addresses: number; leftToday: number; notSent: Array<{ path: string; message: string }> }
const ask = (body: object) => anna.ask<Queued & Problem>('POST', '/api/tests', body)

async function refused(body: object, status: number): Promise<Problem> {
  const answer = await ask(body)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
  return answer.json
}

test('every kind in every language of a draft goes to each address once, marked, with links that work', async () => {
  const { campaign } = await anna.publish('sketch', ['en', 'fr'], ['status: draft'], TEXT)
  await join(people(0, 2))
  const answer = await ask({ campaign, to: ['Me@example.org', 'you@example.org', ' me@example.org'] })
  expect([answer.status, answer.json]).toEqual([
    202,
    { status: 'queued', mails: 12, addresses: 2, leftToday: 48, notSent: [] },
  ])
  await vi.waitFor(async () => expect((await mailsTo('me@example.org')).length).toBe(6), 20_000)
  expect((await received())['me@example.org']?.sort()).toEqual([
    '[Test en] It is open',
    '[Test en] Open the gate (en)',
    '[Test en] Shut',
    '[Test fr] It is open',
    '[Test fr] Open the gate (fr)',
    '[Test fr] Shut',
  ])
  const [mail] = await mailsTo('me@example.org')
  if (mail === undefined) return expect.unreachable()
  expect(mail.headers['list-id'] ?? mail.headers['List-Id']).toBeDefined()
  expect((await new Visitor().ask(linkIn(mail, 'unsubscribe'))).status).toBe(200)
  const { json: dispatches } = await anna.ask<unknown[]>('GET', '/api/dispatches')
  expect(dispatches).toEqual([]) // a test is no dispatch and is in no counts
})

test.each([
  [['appeal'], ['fr'], ['[Test fr] Open the gate (fr)']],
  [['update'], ['en'], ['[Test en] Shut']],
  [['update/2026-11-14', 'correction'], ['en'], ['[Test en] It is open', '[Test en] Mended']],
  [['correction/2026-11-21'], undefined, ['[Test en] It is open', '[Test fr] It is open']],
])('only %j in %j', async (emails, locales, subjects) => {
  const { campaign } = await anna.publish('chosen', ['en', 'fr'], [], TEXT)
  expect((await ask({ campaign, to: ['me@example.org'], emails, ...(locales && { locales }) })).status).toBe(202)
  await vi.waitFor(async () => expect((await received())['me@example.org']?.sort()).toEqual(subjects), 20_000)
})

test('what cannot be sent is told by its field, never by its address, and then nothing is sent', async () => {
  const { campaign } = await anna.publish('faulty', ['en'], [], TEXT)
  const to = ['me@example.org']
  const faults = async (more: object) => {
    const problem = await refused({ campaign, to, ...more }, 422)
    expect(JSON.stringify(problem)).not.toContain('@')
    return problem.errors?.map(({ path, message }) => `${path}: ${message}`)
  }
  const known = 'appeal, update/2026-11-14, update/2026-11-20, correction/2026-11-21'
  expect(await faults({ to: ['me@example.org', 'nobody at example'] })).toEqual(['to.1: expected one e-mail address'])
  expect(await faults({ emails: ['appeal', 'welcome'] })).toEqual([`emails.1: expected one of: ${known}`])
  expect(await faults({ emails: ['update/2026-11-15'] })).toEqual([`emails.0: expected one of: ${known}`])
  expect(await faults({ locales: ['en', 'de'] })).toEqual(['locales.1: expected one of: en'])
  expect(await faults({ to: people(0, 11).map(({ email }) => email) })).toEqual(['to: expected at most 10 addresses'])
  expect(await faults({ to: [] })).toHaveLength(1)
  const days = Array.from({ length: 11 }, (_, n) => `2026-10-${n + 10}`)
  await anna.publish(
    'many',
    ['en', 'fr'],
    [],
    `Come.${days.map((day) => `\n\n## Update ${day} News\n\nIt is.`).join('')}`,
  )
  const emails = days.map((day) => `update/${day}`)
  expect(await faults({ campaign: 'many', emails })).toEqual([
    'emails: found 22 mails to each address; expected at most 20: name fewer e-mails or languages',
  ])
  await refused({ campaign: 'none', to }, 404)
  const agreed = [
    'people:',
    '  - { id: a, naming: initials, as: A. B., role: Cook, agreed: { by: A. B. }, until: 2026-01-01 }',
  ]
  await anna.publish('unnamed', ['en'], agreed)
  await refused({ campaign: 'unnamed', to }, 409)
  const reader = new Organiser(TEST_READER_TOKEN)
  expect((await reader.ask('POST', '/api/tests', { campaign, to })).status).toBe(403)
  expect(await received()).toEqual({})
})

test('a day has fifty addresses; whoever left gets no test and takes none of them', async () => {
  const { campaign } = await anna.publish('daily')
  const [left] = [person(0)]
  await suppressionOf(bindings).suppress(await fingerprintOf(left), 'unsubscribed', Date.now())
  const ten = (from: number) => people(from, from + 10).map(({ email }) => email)
  const first = await ask({ campaign, to: ten(0) })
  expect(first.json).toMatchObject({ mails: 9, addresses: 9, leftToday: 41 })
  expect(first.json.notSent).toEqual([{ path: 'to.0', message: 'this address is suppressed' }])
  for (const from of [10, 20, 30, 40]) expect((await ask({ campaign, to: ten(from) })).status).toBe(202)
  expect((await refused({ campaign, to: ten(50) }, 429)).detail).toContain('at most 1 more today')
  expect((await ask({ campaign, to: ['last@example.org'] })).json).toMatchObject({ leftToday: 0 })
  await refused({ campaign, to: ['one-more@example.org'] }, 429)
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 86_400_000)
  expect((await ask({ campaign, to: ['tomorrow@example.org'] })).json).toMatchObject({ leftToday: 49 })
  clock.mockRestore()
})
