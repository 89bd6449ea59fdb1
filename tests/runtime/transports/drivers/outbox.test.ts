import { evictDurableObject } from 'cloudflare:test'
import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { outboxOf } from '../../../../src/objects.ts'
import { outbox } from '../../../../src/transports/drivers/outbox.ts'
import { OUTBOX_PAGE, type OutboxMail } from '../../../../src/transports/outbox/outbox.ts'
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
  expect(await store.total()).toBe(4)
})

test('an unreadable call stores nothing', async () => {
  const { store, transport } = freshOutbox()
  const call = await transport.compose(batchOf(recipient(1)))
  const cut = { ...call, body: call.body.slice(0, -10) }
  expect(await transport.send(cut, 'key')).toMatchObject({ kind: 'unknown' })
  expect(await store.total()).toBe(0)
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
    const page = await store.list({ to: 'EVEN', ...(before !== undefined && { before }) })
    found.push(...page.map((mail) => mail.to))
    before = page.at(-1)?.id
    if (page.length < OUTBOX_PAGE) break
  }
  expect(found).toEqual(Array.from({ length: 125 }, (_, i) => `even${248 - 2 * i}@example.org`))
  expect((await store.list({ to: 'even7' })).map((mail) => mail.to)).toEqual(
    ['even78', 'even76', 'even74', 'even72', 'even70'].map((local) => `${local}@example.org`),
  )
  expect((await store.list({ to: 'odd_%' })).length).toBe(OUTBOX_PAGE)
  expect(await store.list({ to: '%' })).toHaveLength(OUTBOX_PAGE)
  expect(await store.list({ to: 'v_n' })).toEqual([]) // the search text is no pattern
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
  expect(await (await visitor.ask(`/outbox/${mail?.id}`)).text()).toMatch(/<dt>Cc<\/dt><dd[^>]*>deputy@example\.org</)
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
  const { store, transport } = freshOutbox()
  const html = [`<p>${'ж'.repeat(50_900)}</p>`, { slot: 'greeting', as: 'html' } as const]
  const people = Array.from({ length: 60 }, (_, n) => recipient(n))
  const call = await transport.compose({ ...batchOf(...people), template: { ...TEMPLATE, html, text: html } })
  expect(call.body.length).toBeGreaterThan(32 * 1_024 * 1_024)
  expect(await transport.send(call, 'large')).toEqual({ kind: 'accepted' })
  expect(await store.total()).toBe(people.length)
})
