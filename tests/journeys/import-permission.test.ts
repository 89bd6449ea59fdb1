import { reset } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import { emailStrings } from '../../src/emails/bundled.gen.ts'
import { formatDay } from '../../src/kit/dates.ts'
import { formatMessage } from '../../src/kit/messages.ts'
import { suppressionOf } from '../../src/objects.ts'
import { Organiser, sleep } from '../support/organiser.ts'
import { recordOf } from '../support/records.ts'

import { bindings, mailTo } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 30_000 })
beforeEach(reset)

const anna = new Organiser()

type Answer = {
  id: string
  state: string
  detail?: string
  imported: number
  confirming: number
  merged: number
  refused: number
  ignoredColumns: string[]
  report: Array<{ row: number; reason: string }>
}

const bring = (body: string, query = '', type = 'text/csv') =>
  anna.ask<Answer>('POST', `/api/supporters/import${query}`, body, { 'content-type': type })

async function finished(id: string): Promise<Answer> {
  for (const end = Date.now() + 20_000; ; await sleep(25)) {
    const { json } = await anna.ask<Answer>('GET', `/api/supporters/imports/${id}`)
    if (json.state === 'finished') return json
    if (Date.now() > end) throw new Error(`expected a finished import: ${JSON.stringify(json)}`)
  }
}

test('people who have left in another system are neither imported nor asked, now and by a later list', async () => {
  const head = 'Email Address,First Name,consent_source,consent_at,Status,Do Not Email'
  const rows = [
    'one@example.org,A,paper,2024-05-31,Subscribed,No',
    'two@example.org,B,paper,2024-05-31,Unsubscribed,No',
    'three@example.org,C,,,Cleaned,',
    'four@example.org,D,paper,2024-05-31,Subscribed,Yes',
    'five@example.org,E,paper,2024-05-31,Marked as spam,',
    'six@example.org,F,,,Pending,',
  ]
  const status = await finished((await bring([head, ...rows].join('\n'))).json.id)
  expect(status).toMatchObject({ imported: 1, confirming: 0, merged: 0, refused: 5, ignoredColumns: ['First Name'] })
  const reasons = status.report.map(({ row, reason }) => [row, reason.slice(0, 47)])
  expect(reasons.toSorted()).toEqual([
    ...[3, 4, 5, 6].map((row) => [row, 'the file says that this person has left or must']),
    [7, 'the file says that this person has not agreed: '],
  ])
  expect(await suppressionOf(bindings).counts()).toEqual({ unsubscribed: 2, bounced: 1, complained: 1 })
  const later = await finished((await bring('email\ntwo@example.org\nfive@example.org')).json.id)
  expect(later).toMatchObject({ confirming: 0, refused: 2 })
  expect(await recordOf('two@example.org')).toBeNull()
})

test('a status that is not understood stops the import with a question, and an answer lets it go on', async () => {
  const file =
    'email,status,consent_source,consent_at\na@example.org,1,paper,2024-05-31\nb@example.org,2,paper,2024-05-31'
  const asked = await bring(file)
  expect(asked.status).toBe(422)
  expect(asked.json.detail).toMatch(
    /Row 2: the column “status” says “1”.*subscribedValues.*leftValues.*Nothing was imported/,
  )
  const half = await bring(file, '?subscribedValues=1')
  expect(half.json.detail).toContain('Row 3: the column “status” says “2”')
  const status = await finished((await bring(file, '?subscribedValues=1&leftValues=2')).json.id)
  expect(status).toMatchObject({ imported: 1, refused: 1 })
  const json = '{"email":"c@example.org","subscribed":"vielleicht"}\n'
  const unclear = await bring(json, '', 'application/x-ndjson')
  expect([unclear.status, unclear.json.detail]).toEqual([
    422,
    expect.stringContaining('“subscribed” says “vielleicht”'),
  ])
})

test.each(['email,name\n', 'email,name', '\uFEFFsep=;\nemail;name\n\n'])(
  'a file without people is an error: %j',
  async (file) => {
    const answer = await bring(file)
    expect([answer.status, answer.json.detail]).toEqual([422, expect.stringContaining('holds no person')])
  },
)

test('four spellings of one mailbox get one mail, and the counts say so', async () => {
  const file = 'email\nanna@example.org\nanna+a@example.org\nanna+b@example.org\nanna+c@example.org\n'
  expect(await finished((await bring(file)).json.id)).toMatchObject({ confirming: 1, merged: 3, refused: 0 })
})

test.each(['en', 'ru', 'ar'])(
  'who is asked because of a list reads that in %s, with its day, and not that they signed up',
  async (locale) => {
    await finished((await bring('email\nlisted@example.org\n', `?locale=${locale}`)).json.id)
    const { text, html } = await mailTo('listed@example.org', 1)
    const strings = (key: string, values: Record<string, string>) =>
      formatMessage(emailStrings[locale] ?? {}, locale, key, values)
    for (const part of [
      text.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' '),
      html.replace(/[\u2066-\u2069]|<\/?span[^>]*>/g, ''),
    ]) {
      expect(part).toContain(
        strings('confirm.imported', { sender: 'Tocsin tests', day: formatDay(locale, Date.now()) })
          .slice(0, 40)
          .trim(),
      )
      expect(part).not.toContain(strings('confirm.body', { sender: 'Tocsin tests' }).slice(0, 30).trim())
    }
  },
)
