import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { outboxOf } from '../../../../src/objects.ts'
import { outbox } from '../../../../src/transports/drivers/outbox.ts'
import type { CapturedMail } from '../../../../src/transports/outbox/captured-mail.ts'
import { OUTBOX_PAGE, type OutboxMail } from '../../../../src/transports/outbox/mail-store.ts'
import { ATTACHMENTS, batchOf, describeTransport, recipient, TEMPLATE } from '../../../contracts/transport.ts'
import { bindings, Visitor } from '../../../support/visitor.ts'

let outboxes = 0

/** A new outbox, and a function that lists its mails, oldest first. */
function freshOutbox() {
  const store = bindings.OUTBOX.getByName(`test-${++outboxes}`)
  return {
    store,
    transport: outbox((key, body) => store.keep('bulk', key, new Blob([body]).stream())),
    async all(): Promise<OutboxMail[]> {
      const mails: OutboxMail[] = []
      for (;;) {
        const page = await store.after(mails.at(-1)?.id ?? 0)
        mails.push(...page)
        if (page.length < OUTBOX_PAGE) return mails
      }
    },
  }
}

describeTransport(
  'outbox',
  async () => {
    const { store, transport, all } = freshOutbox()
    return {
      transport,
      async arrived() {
        return Promise.all(
          (await all()).map(async ({ attachments: _, ...mail }) => ({
            ...mail,
            headers: Object.fromEntries(
              Object.entries(mail.headers).map(([name, value]) => [name.toLowerCase(), value]),
            ),
            mime: (await store.eml(mail.id)) ?? expect.fail(`mail ${mail.id} has no bytes`),
          })),
        )
      },
      close: async () => undefined,
    }
  },
  { canVanish: false },
)

test('a key is stored once, also by a later instance; another key stores the same mails again', async () => {
  const { store, transport, all } = freshOutbox()
  const call = await transport.compose(batchOf(recipient(1), recipient(2)))
  await Promise.all([transport.send(call, 'key'), transport.send(call, 'key')])
  await evictDurableObject(store)
  expect(await transport.send(call, 'key')).toEqual({ kind: 'accepted' })
  expect((await all()).map((mail) => mail.to)).toEqual(['reader1@example.org', 'reader2@example.org'])
  await transport.send(call, 'another key')
  expect((await all()).length).toBe(4)
})

test('an unreadable call stores nothing', async () => {
  const { transport, all } = freshOutbox()
  const call = await transport.compose(batchOf(recipient(1)))
  const cut = { ...call, body: call.body.slice(0, -10) }
  expect(await transport.send(cut, 'key')).toMatchObject({ kind: 'unknown' })
  expect((await all()).length).toBe(0)
  expect(await transport.send(call, 'key')).toEqual({ kind: 'accepted' })
})

test('mail to reserved domains is captured, since it cannot leave the machine', async () => {
  const { transport, all } = freshOutbox()
  expect(transport.captive).toBe(true)
  const reserved = ['a@example.org', 'b@union.example', 'c@nowhere.invalid', 'd@machine.test', 'e@host.localhost']
  const call = await transport.compose(batchOf(...reserved.map((address, n) => recipient(n, { to: { address } }))))
  await transport.send(call, 'reserved')
  expect((await all()).map((mail) => mail.to)).toEqual(reserved)
})

test('the list is searched by any part of the recipient, newest first, page by page', async () => {
  const { store, transport } = freshOutbox()
  const people = Array.from({ length: 250 }, (_, n) =>
    recipient(n, { to: { address: n % 2 === 0 ? `even${n}@example.org` : `odd_%${n}@example.net` } }),
  )
  for (let from = 0; from < people.length; from += 100) {
    await transport.send(await transport.compose(batchOf(...people.slice(from, from + 100))), `call ${from}`)
  }
  const found: string[] = []
  for (let before: number | undefined; ; ) {
    const { entries: page } = await store.list({ to: 'EVEN', ...(before !== undefined && { before }) })
    found.push(...page.map((mail) => mail.to))
    before = page.at(-1)?.id
    if (page.length < OUTBOX_PAGE) break
  }
  expect(found).toEqual(Array.from({ length: 125 }, (_, i) => `even${248 - 2 * i}@example.org`))
  expect((await store.list({ to: 'even7' })).entries.map((mail) => mail.to)).toEqual(
    ['even78', 'even76', 'even74', 'even72', 'even70'].map((local) => `${local}@example.org`),
  )
  expect((await store.list({ to: 'odd_%' })).entries.length).toBe(OUTBOX_PAGE)
  expect((await store.list({ to: '%' })).entries).toHaveLength(OUTBOX_PAGE)
  expect((await store.list({ to: 'v_n' })).entries).toEqual([]) // the search text is no pattern
  expect(await store.mail(100_000)).toBeNull()
  expect(await store.eml(100_000)).toBeNull()
})

test('a mail is found by its Cc addresses, and its page shows them', async () => {
  const transport = outbox((key, body) => outboxOf(bindings).keep('bulk', key, new Blob([body]).stream()))
  const to = { address: 'governor@example.org' }
  const cc = [{ name: 'A deputy', address: 'deputy@example.org' }]
  await transport.send(await transport.compose({ ...batchOf(recipient(1, { to })), cc }), 'a letter')
  const visitor = new Visitor()
  const search = async (part: string) => (await visitor.ask(`/outbox.json?to=${encodeURIComponent(part)}`)).json()
  const [mail] = (await search('deputy@example.org')) as OutboxMail[]
  expect(mail).toMatchObject({ to: 'governor@example.org', cc: ['deputy@example.org'] })
  expect(await search('"deputy')).toEqual([])
  expect(await (await visitor.ask(`/outbox/${mail?.id}`)).text()).toMatch(
    /<dt>Cc<\/dt><dd[^>]*>A deputy &lt;deputy@example\.org&gt;</,
  )
})

test('the viewer lists a mail’s attachments and offers each as a download', async () => {
  const transport = outbox((key, body) => outboxOf(bindings).keep('bulk', key, new Blob([body]).stream()))
  const to = { address: 'desk@example.org' }
  const batch = { ...batchOf(recipient(1, { to })), attachments: ATTACHMENTS }
  await transport.send(await transport.compose(batch), 'a digest')
  const visitor = new Visitor()
  const [mail] = (await (await visitor.ask(`/outbox.json?to=${to.address}`)).json()) as OutboxMail[]
  expect(mail?.attachments).toEqual(
    ATTACHMENTS.map(({ filename, contentType, content }) => ({ filename, contentType, size: content.length })),
  )

  const page = await (await visitor.ask(`/outbox/${mail?.id}`)).text()
  for (const [index, { filename, contentType, content }] of ATTACHMENTS.entries()) {
    const path = `/outbox/${mail?.id}/attachments/${index + 1}`
    expect(page).toMatch(new RegExp(`href="${path}"[^>]*>${filename.replace(/[().]/g, '\\$&')}<`))
    expect(page).toContain(`${contentType}, ${content.length} bytes`)
    const file = await visitor.ask(path)
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(content)
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': contentType,
      'content-disposition': `attachment; filename="${filename}"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
  }
  const eml = await (await visitor.ask(`/outbox/${mail?.id}.eml`)).arrayBuffer()
  expect((await PostalMime.parse(eml)).attachments).toHaveLength(ATTACHMENTS.length)
  for (const n of [0, ATTACHMENTS.length + 1])
    expect((await visitor.ask(`/outbox/${mail?.id}/attachments/${n}`)).status).toBe(404)
  const elsewhere = await visitor.ask(`https://act.example.org/outbox/${mail?.id}/attachments/1`)
  expect(elsewhere.status).toBe(404)
})

test('the bytes match what the viewer shows, in every script', async () => {
  const { store, transport, all } = freshOutbox()
  const greeting = 'Құрметті عزيزتي أمينة — 亲爱的 🔔'
  const to = { name: 'أمينة “Ә” O’Neil', address: 'amina@example.org' }
  await transport.send(
    await transport.compose(
      batchOf(recipient(1, { to, values: { greeting, unsubscribe: 'https://act.example.org/unsubscribe/t1' } })),
    ),
    'scripts',
  )
  const [shown] = await all()
  const parsed = await PostalMime.parse((await store.eml(shown?.id ?? 0)) ?? expect.fail())
  expect(parsed.to).toEqual([to])
  expect(parsed.subject).toBe(shown?.subject)
  expect(parsed.html?.trim()).toBe(shown?.html.trim())
  expect(parsed.text?.replaceAll('\r\n', '\n').trim()).toBe(shown?.text.trim())
  const headers = new Map(parsed.headers.map(({ key, value }) => [key, value]))
  for (const [name, value] of Object.entries(shown?.headers ?? {})) expect(headers.get(name.toLowerCase())).toBe(value)
})

test('stores a call larger than an RPC argument may be', { timeout: 30_000 }, async () => {
  const { transport, all } = freshOutbox()
  const html = [`<p>${'ж'.repeat(50_900)}</p>`, { slot: 'greeting', as: 'html' } as const]
  const people = Array.from({ length: 60 }, (_, n) => recipient(n))
  const call = await transport.compose({ ...batchOf(...people), template: { ...TEMPLATE, html, text: html } })
  expect(call.body.length).toBeGreaterThan(32 * 1_024 * 1_024)
  expect(await transport.send(call, 'large')).toEqual({ kind: 'accepted' })
  expect((await all()).length).toBe(people.length)
})

const asBody = (mails: readonly CapturedMail[]) => new Blob([JSON.stringify(mails)]).stream()

/** A mail as the transport captures it, about `about`. */
const captured = (n: number, about: Partial<CapturedMail>): CapturedMail => ({
  from: 'Tocsin <campaigns@example.org>',
  to: `reader${n}@example.org`,
  subject: `Mail ${n}`,
  headers: {},
  text: 'text',
  html: '<p>text</p>',
  eml: btoa(`Subject: Mail ${n}\r\n\r\ntext`),
  ...about,
})

/** Rows of a list page: subject, then what follows the link. */
const rowsOf = (page: string): string[] =>
  [...page.matchAll(/<li><a [^>]*>([^<]*)<\/a> <span[^>]*>(.*?)<time/g)].map(([, subject = '', rest = '']) =>
    `${subject}: ${rest.replace(/<[^>]*>/g, '')}`.replace(/ · $/, ''),
  )

test('a dispatch is one line per language; other mails stand alone; each leads to its mails', async () => {
  const appeal = { kind: 'appeal', campaign: 'quay', dispatch: 'd1' }
  const mails = [
    ...[1, 2, 3].map((n) => captured(n, { ...appeal, locale: 'en' })),
    ...[4, 5].map((n) => captured(n, { ...appeal, locale: 'ru' })),
    captured(6, { kind: 'confirm', campaign: 'quay', locale: 'en' }),
    captured(7, { kind: 'confirm', locale: 'ru' }),
    captured(8, { kind: 'appeal', campaign: 'dock', locale: 'ru', dispatch: 'd2' }),
    captured(9, {}), // composed before the outbox knew what mails are about
  ]
  await outboxOf(bindings).keep('bulk', 'grouped', asBody(mails))
  const visitor = new Visitor()
  const shown = async (query: string) => rowsOf(await (await visitor.ask(`/outbox${query}`)).text())
  expect((await shown('')).slice(0, 6)).toEqual([
    'Mail 9: reader9@example.org',
    'Mail 8: reader8@example.org · appeal · dock · ru',
    'Mail 7: reader7@example.org · confirm · ru',
    'Mail 6: reader6@example.org · confirm · quay · en',
    'Mail 5: 2 mails · appeal · quay · ru',
    'Mail 3: 3 mails · appeal · quay · en',
  ])
  const subjects = async (query: string) => (await shown(query)).map((row) => row.split(':')[0])
  expect(await subjects('?dispatch=d1&locale=en')).toEqual(['Mail 3', 'Mail 2', 'Mail 1'])
  expect(await subjects('?kind=confirm&campaign=quay')).toEqual(['Mail 6'])
  expect(await subjects('?campaign=quay&locale=ru')).toEqual(['Mail 5'])
  expect(await subjects('?to=reader4&kind=appeal')).toEqual(['Mail 4'])
  expect(await subjects('?campaign=dock&kind=confirm')).toEqual([])
  const page = await (await visitor.ask('/outbox?kind=confirm')).text()
  expect(page).toMatch(/<option value="confirm" selected[^>]*>confirm \(2\)/)
  expect(await (await visitor.ask('/outbox')).text()).toContain(
    'href="/outbox?dispatch=d1&amp;kind=appeal&amp;locale=en"',
  )
})

test('a page of 10,000 mails, a search and a filter each take less than a second', async () => {
  const store = outboxOf(bindings)
  const mails = Array.from({ length: 100 }, (_, n) => {
    const kind = n % 2 === 0 ? { kind: 'update', dispatch: 'd9' } : { kind: 'welcome' }
    return captured(n, { html: 'word '.repeat(400), to: `many${n}@example.org`, locale: 'fr', ...kind })
  })
  await store.keep('bulk', 'a hundred', asBody(mails))
  await runInDurableObject(store, (_, { storage: { sql } }) => {
    const copies = 'WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < 99)'
    const mail = 'at, transport, sender, recipient, cc, subject, headers, text, html, eml'
    const summary = 'at, recipient, cc, subject, kind, campaign, locale, dispatch'
    for (const [table, columns] of [
      ['mail', mail],
      ['mail_summary', summary],
    ] as const)
      sql.exec(
        `${copies} INSERT INTO ${table} (${columns}) SELECT ${columns} FROM copy, (SELECT * FROM ${table} ORDER BY id DESC LIMIT 100)`,
      )
  })
  const visitor = new Visitor()
  for (const [query, rows] of [
    ['', OUTBOX_PAGE],
    ['?before=5000', OUTBOX_PAGE],
    ['?to=many9', OUTBOX_PAGE],
    ['?kind=welcome&locale=fr', OUTBOX_PAGE],
    ['?dispatch=d9', OUTBOX_PAGE],
    ['?kind=update', 1],
    ['?to=nobody', 0],
  ] as const) {
    const began = performance.now()
    const page = await (await visitor.ask(`/outbox${query}`)).text()
    expect([query, performance.now() - began < 1_000, rowsOf(page).length]).toEqual([query, true, rows])
    expect(Number(/(\d+) mails were/.exec(page)?.[1])).toBeGreaterThanOrEqual(10_000)
  }
})

test('a mail’s page shows every header of its bytes, folded and encoded ones as text', async () => {
  const transport = outbox((key, body) => outboxOf(bindings).keep('bulk', key, new Blob([body]).stream()))
  const to = { name: 'Åsa “Ә” أمينة '.repeat(6), address: 'asa@example.org' }
  const replyTo = { name: 'Үміт Қалиева', address: 'answers@example.org' }
  const headers = { 'List-Id': '"Tocsin" <tocsin.127.0.0.1>', 'Feedback-ID': 'quay:appeal:tocsin:127-0-0-1' }
  await transport.send(await transport.compose({ ...batchOf(recipient(1, { to })), replyTo, headers }), 'headers')
  const visitor = new Visitor()
  const [mail] = (await (await visitor.ask('/outbox.json?to=asa@example.org')).json()) as OutboxMail[]
  const page = await (await visitor.ask(`/outbox/${mail?.id}`)).text()
  const shown = [...page.matchAll(/<dt>([^<]*)<\/dt><dd[^>]*>([^<]*)<\/dd>/g)].map(([, name, value]) => [name, value])
  const parsed = await PostalMime.parse(await (await visitor.ask(`/outbox/${mail?.id}.eml`)).arrayBuffer())
  expect(shown.map(([name]) => name?.toLowerCase())).toEqual(parsed.headers.map(({ key }) => key))
  const headerOf = (name: string) => shown.find(([one]) => one === name)?.[1] ?? ''
  expect(headerOf('Reply-To')).toBe('Үміт Қалиева &lt;answers@example.org&gt;')
  expect(headerOf('To')).toContain(to.name.trim())
  expect(headerOf('Message-ID')).toMatch(/@/)
  // On a phone the mail is as wide as the screen
  expect(page).toMatch(/<iframe [^>]*width="100%"/)
  expect(await (await visitor.ask(`/outbox/${mail?.id}?width=phone`)).text()).toMatch(/<iframe [^>]*width="360"/)
})

test('mails of an outbox from before are listed by what their headers tell', async () => {
  const { store, transport } = freshOutbox()
  const headers = { 'Feedback-ID': 'quay:appeal:tocsin:127-0-0-1', 'Content-Language': 'ru' }
  await transport.send(await transport.compose({ ...batchOf(recipient(1)), headers }), 'list mail')
  await transport.send(await transport.compose({ ...batchOf(recipient(2)), headers: {} }), 'single mail')
  await runInDurableObject(store, async (_, { storage }) => {
    storage.sql.exec('DROP TABLE mail_summary')
    storage.kv.put('schema-version', 1)
  })
  await evictDurableObject(store)
  const { entries } = await store.list({})
  expect(entries.map(({ to, kind, campaign, locale }) => [to, kind, campaign, locale])).toEqual([
    ['reader2@example.org', '', '', ''],
    ['reader1@example.org', 'appeal', 'quay', 'ru'],
  ])
})
