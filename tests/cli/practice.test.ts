import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { fileName } from '../../src/cli/dispatches/practice.ts'
import { tocsin } from '../support/terminal.ts'

const ID = 'practice-0f1e2d3c-0000-4000-8000-000000000001'
const counts = { planned: 2, waiting: 0, accepted: 2, refused: 0, suppressed: 0, uncertain: 0, cancelled: 0 }
const dispatch = {
  ...{
    id: ID,
    campaign: 'ferry',
    revision: '0123456789ab',
    email: 'appeal',
    audience: {},
    dryRun: false,
    practice: true,
  },
  ...{ state: 'finished', counts, perLocale: { en: counts }, createdAt: '2026-12-01T08:00:00.000Z' },
  delivery: { delivered: 0, deferred: 0, bounced: 0, complained: 0 },
}
const mails = ['en', 'fr'].map((locale, i) => ({
  ...{ id: i + 5, at: '2026-12-01T08:00:01.000Z', to: `reader-1.${locale}@practice.example.org`, locale },
  ...{ subject: `Open the gate (${locale})`, text: 'Come.', html: `<p>Come (${locale}).</p>` },
}))

const servers: Array<ReturnType<typeof createServer>> = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A deployment that practises. `run` runs a command against it; `posted` are the requests for dispatches. */
async function serving() {
  const posted: Array<Record<string, unknown>> = []
  const server = createServer(async (request, response) => {
    const sent = await text(request)
    const path = request.url ?? ''
    const eml = /mails\/(\d+)$/.exec(path)?.[1]
    if (eml !== undefined) return response.end(`Message ${eml}`)
    if (request.method === 'POST') posted.push(JSON.parse(sent))
    const answers: Array<[RegExp, unknown]> = [
      [/^\/api\/campaigns\/ferry/, { slug: 'ferry', revision: '0123456789ab', words: { en: { title: 'Ferry' } } }],
      [/mails$/, mails],
      [/notices$/, []],
      [/events$/, null],
      [/dispatches/, dispatch],
    ]
    const [, json] = answers.find(([pattern]) => pattern.test(path)) ?? []
    response.setHeader('content-type', json === null ? 'text/event-stream' : 'application/json')
    response.statusCode = request.method === 'POST' ? 201 : 200
    response.end(json === null ? `event: dispatch\ndata: ${JSON.stringify(dispatch)}\n\n` : JSON.stringify(json))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const TOCSIN_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { posted, run: (args: string[]) => tocsin(args, { TOCSIN_URL, TOCSIN_TOKEN: 'a-token-of-the-test' }) }
}

test('send --practice follows the practice, says that nothing was sent, and lists its mails or writes them as files', async () => {
  const { posted, run } = await serving()
  const listed = await run(['send', 'ferry', '--practice'])
  expect([listed.status, listed.err]).toEqual([0, ''])
  expect(posted[0]).toMatchObject({ practice: true })
  expect(listed.out).toContain('2 mails to invented readers. None was sent.')
  expect(listed.out).toContain('reader-1.fr@practice.example.org  Open the gate (fr)')
  expect(listed.out).not.toContain('--confirmed-after')

  const out = join(mkdtempSync(join(tmpdir(), 'tocsin-practice-')), 'mails')
  expect((await run(['send', 'ferry', '--practice', '--out', out])).status).toBe(0)
  expect(readdirSync(out).sort()).toEqual(
    ['01-en-reader-1', '02-fr-reader-1'].flatMap((name) => [`${name}.eml`, `${name}.html`]),
  )
  expect(readFileSync(join(out, '02-fr-reader-1.eml'), 'utf8')).toBe('Message 6')
  expect(readFileSync(join(out, '01-en-reader-1.html'), 'utf8')).toBe('<p>Come (en).</p>')
})

test('send --notify takes addresses in a list, in several options or both', async () => {
  const { posted, run } = await serving()
  await run(['send', 'ferry', '--notify', 'a@example.org, b@example.org', '--notify', 'c@example.org'])
  expect(posted[0]).toMatchObject({ notify: ['a@example.org', 'b@example.org', 'c@example.org'], practice: false })
})

test.each([
  [['--out', 'mails'], '--practice'],
  [['--practice', '--notify', 'a@example.org'], '--notify'],
])('%j is wrong usage, and nothing is sent', async (options, names) => {
  const { posted, run } = await serving()
  expect(await run(['send', 'ferry', ...options])).toMatchObject({ status: 2, err: expect.stringContaining(names) })
  expect(posted).toEqual([])
})

test('a name from a deployment stays inside the folder', () => {
  expect(fileName(3, { locale: '../../etc', to: '../passwd.en@x' })).toBe('03-etc-')
  expect(fileName(12, { locale: 'zh-Hant', to: 'a/b\\c.en@x' })).toBe('12-zh-Hant-abc')
})
