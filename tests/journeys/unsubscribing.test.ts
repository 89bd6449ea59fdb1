import { expect, test } from 'vitest'
import { suppressionOf } from '../../src/objects.ts'
import { confirmToken } from '../../src/supporter-list/pending-sign-up.ts'
import { supporterStore } from '../../src/supporter-list/store.ts'
import { Organiser } from '../support/organiser.ts'
import { keysWhen, recordOf } from '../support/records.ts'
import { addressOf, testSettings } from '../support/supporter-world.ts'
import { agedStamp, bindings, linkIn, mailsTo, mailTo, Visitor } from '../support/visitor.ts'

const settings = await testSettings()
const store = supporterStore(bindings.SUPPORTERS, settings)

const keyOf = async (email: string) => settings.fingerprint(addressOf(email))
const reasonFor = async (email: string) => (await suppressionOf(bindings).status(await keyOf(email))).reason
const soon = () => new Promise((resolve) => setTimeout(resolve, 1_000))

/** Requests data links and returns them from the nth mail to this address. */
async function requestDataLinks(visitor: Visitor, email: string, n: number) {
  await visitor.send('/my-data?locale=en', { email, stamp: await agedStamp() })
  const mail = await mailTo(email, n)
  return { preferences: linkIn(mail, 'preferences'), erase: linkIn(mail, 'erase'), export: linkIn(mail, 'export') }
}

test('opening an unsubscribe link does not unsubscribe', async () => {
  const { unsubscribe } = await new Visitor().join('scanned@example.org')
  const page = await new Visitor().ask(unsubscribe)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('name="via" value="page"')
  expect(await recordOf('scanned@example.org')).not.toBeNull()
  expect(await reasonFor('scanned@example.org')).toBeUndefined()
})

test.each(['urlencoded', 'multipart', 'empty'])(
  'a one-click request unsubscribes at once (body: %s): no redirect, no cookie, no mail',
  async (kind) => {
    const email = `one-click-${kind}@example.org`
    const { unsubscribe } = await new Visitor().join(email)
    const multipart = new FormData()
    multipart.set('List-Unsubscribe', 'One-Click')
    const body =
      { urlencoded: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }), multipart, empty: '' }[kind] ?? ''
    const provider = new Visitor() // no Origin, no Accept-Language, no cookie
    const answer = await provider.ask(unsubscribe, { method: 'POST', body })
    expect([answer.status, answer.redirected, answer.headers.get('set-cookie')]).toEqual([200, false, null])
    expect(await recordOf(email)).toBeNull()
    expect(await reasonFor(email)).toBe('unsubscribed')
    const key = await keyOf(email)
    await keysWhen((names) => names.includes(`proof/${key}`) && !names.includes(`supporter/${key}`))
    expect(await store.getProof(key)).toMatchObject({ wording: 'v1', via: 'page' })
    expect((await provider.ask(unsubscribe, { method: 'POST', body: '' })).status).toBe(200)
    await soon()
    expect(await mailsTo(email)).toHaveLength(2) // confirmation and welcome
  },
)

test('unsubscribing by the page sends one goodbye mail, however often the button is pressed', async () => {
  const visitor = new Visitor()
  const { unsubscribe } = await visitor.join('goodbye@example.org', {}, 'fr')
  const answer = await visitor.send(unsubscribe, { via: 'page' })
  expect(answer.status).toBe(200)
  expect(await answer.text()).toMatch(/<html[^>]* lang="fr"/)
  await mailTo('goodbye@example.org', 3)
  await visitor.send(unsubscribe, { via: 'page' })
  await soon()
  expect(await mailsTo('goodbye@example.org')).toHaveLength(3)
})

test('after unsubscribing, the old confirmation link is used up; a new sign-up adds the supporter again', async () => {
  const visitor = new Visitor()
  const { confirm, unsubscribe } = await visitor.join('back@example.org')
  await visitor.ask(unsubscribe, { method: 'POST', body: '' })
  const answer = await visitor.send(confirm)
  expect(answer.status).toBe(410)
  expect(await answer.text()).toContain('/en/sign-up')
  expect(await recordOf('back@example.org')).toBeNull()

  const pending = { email: addressOf('back@example.org'), locales: ['kk'], topics: [], wording: 'v1', via: 'page' }
  const fresh = await confirmToken(settings.keys, pending, Date.now())
  expect((await visitor.send(`/confirm/${fresh}`)).status).toBe(200)
  expect(await recordOf('back@example.org')).toMatchObject({ locales: ['kk'] })
  expect(await reasonFor('back@example.org')).toBeUndefined()
})

test('a confirmation for an address that complained is refused and adds no supporter', async () => {
  await suppressionOf(bindings).suppress(await keyOf('complainer@example.org'), 'complained', Date.now())
  const pending = {
    email: addressOf('complainer@example.org'),
    locales: ['en'],
    topics: [],
    wording: 'v1',
    via: 'page',
  }
  const link = await confirmToken(settings.keys, pending, Date.now() + 1_000)
  expect((await new Visitor().send(`/confirm/${link}`)).status).toBe(403)
  expect(await recordOf('complainer@example.org')).toBeNull()
})

test('the reader of a forwarded mail can unsubscribe its owner and request a data link, but cannot see the data', async () => {
  const { unsubscribe } = await new Visitor().join('forwards@example.org')
  const welcome = await mailTo('forwards@example.org', 2)
  const reader = new Visitor()
  const token = unsubscribe.split('/').at(-1)
  for (const path of ['preferences', 'erase', 'export']) {
    expect(welcome.text + welcome.html).not.toContain(`/${path}/`)
    expect((await reader.ask(`/${path}/${token}`)).status).toBe(404)
    expect((await reader.send(`/${path}/${token}`)).status).toBe(404)
  }
  expect(await (await reader.ask(unsubscribe)).text()).not.toContain('forwards@example.org')
  expect(await recordOf('forwards@example.org')).not.toBeNull()
})

test('a forged link, or one used for another purpose, is answered with a page that says so', async () => {
  const visitor = new Visitor()
  const { confirm } = await visitor.join('forger@example.org')
  const token = confirm.split('/').at(-1)
  for (const path of [
    '/confirm/AAAA',
    `/confirm/${token}A`,
    `/unsubscribe/${token}`,
    `/preferences/${token}`,
    `/confirm/${'A'.repeat(1_001)}`,
  ]) {
    expect((await visitor.ask(path)).status).toBe(404)
    expect((await visitor.send(path, { via: 'page' })).status).toBe(404)
  }
})

test('a supporter sees, changes, pauses, exports and erases their data behind a fresh link', async () => {
  const email = 'owner@example.org'
  const visitor = new Visitor()
  await visitor.join(email, { name: 'Olga', locales: 'ru', topics: 'mining' })
  const links = await requestDataLinks(visitor, email, 3)

  for (const [act, path] of Object.entries(links)) {
    const shown = await visitor.ask(path)
    expect(shown.status).toBe(200)
    const page = await shown.text()
    expect(page).toContain(email)
    const actions = [...page.matchAll(/<form method="post" action="\/([a-z-]+)\//g)].map(([, action]) => action)
    expect([actions, page.match(/<button/g)?.length]).toEqual([[act], 1])
  }
  expect(await recordOf(email)).not.toBeNull()

  const until = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)
  const saved = await visitor.send(links.preferences, { locales: ['kk', 'ru'], topics: [], country: 'KZ', until })
  expect(saved.status).toBe(200)
  expect(await recordOf(email)).toMatchObject({ name: 'Olga', locales: ['kk', 'ru'], topics: [], country: 'KZ' })
  expect((await suppressionOf(bindings).status(await keyOf(email))).pausedUntil).toBe(Date.parse(until))
  expect((await visitor.send(links.preferences, { locales: 'tlh' })).status).toBe(422)

  const exported = await visitor.send(links.export)
  expect(exported.headers.get('content-disposition')).toContain('attachment')
  expect(await exported.json()).toMatchObject({
    supporter: { email, name: 'Olga', consent: { wording: 'v1', via: 'page' } },
  })

  expect((await visitor.send(links.erase)).status).toBe(200)
  expect(await recordOf(email)).toBeNull()
  expect(await reasonFor(email)).toBe('erased')
  const key = await keyOf(email)
  await keysWhen((names) => !names.some((name) => name.endsWith(key)))
  const gone = await (await visitor.ask(links.preferences)).text()
  expect(gone).toContain('Your data has been erased')
  expect(gone).toContain('href="/export/')
  expect(gone).not.toContain(email)
  expect((await visitor.send(links.preferences, { locales: 'ru' })).status).toBe(410)
  expect((await visitor.send(links.erase)).status).toBe(200) // a repeated erasure changes nothing
})

test('a supporter changes their name and the order of their languages; a form without these fields keeps them', async () => {
  const email = 'renamed@example.org'
  const visitor = new Visitor()
  await visitor.join(email, { name: 'Olga', locales: ['ru', 'kk'] })
  const { preferences } = await requestDataLinks(visitor, email, 3)
  const page = await (await visitor.ask(preferences)).text()
  expect(page).toMatch(/<input id="name"[^>]*value="Olga"/)
  expect(page).toMatch(/<option value="ru"[^>]* selected/)

  const cases: Array<[form: Record<string, string | string[]>, name: string | undefined, locales: string[]]> = [
    [{ name: 'Olga  Petrova', first: 'fr', locales: ['ru', 'kk'] }, 'Olga Petrova', ['fr', 'ru', 'kk']],
    [{ name: 'Ольга', first: 'kk', locales: ['fr', 'ru', 'kk'] }, 'Ольга', ['kk', 'fr', 'ru']],
    [{ locales: ['ru', 'fr'] }, 'Ольга', ['ru', 'fr']], // a page of an earlier version
    [{ name: '', first: 'ar' }, undefined, ['ar']],
  ]
  for (const [form, name, locales] of cases) {
    expect((await visitor.send(preferences, form)).status).toBe(200)
    const record = await recordOf(email)
    expect([record?.name, record?.locales]).toEqual([name, locales])
  }
  for (const form of [{ name: 'Olga' }, { first: 'tlh' }, { first: 'ru', name: 'see https://example.org' }])
    expect((await visitor.send(preferences, form)).status).toBe(422)
  expect((await recordOf(email))?.locales).toEqual(['ar'])
})

test('a supporter who unsubscribed can still see, export and erase what is stored about them', async () => {
  const email = 'left@example.org'
  const visitor = new Visitor()
  const { unsubscribe } = await visitor.join(email)
  await visitor.ask(unsubscribe, { method: 'POST', body: '' })
  const proof = `proof/${await keyOf(email)}`
  await keysWhen((names) => names.includes(proof))
  const links = await requestDataLinks(visitor, email, 3)
  const page = await visitor.ask(links.preferences)
  expect(page.status).toBe(200)
  const [, exporting = '', erasing = ''] =
    /href="(\/export\/[^"]+)"[\s\S]*href="(\/erase\/[^"]+)"/.exec(await page.text()) ?? []
  expect(await (await visitor.send(exporting)).json()).toMatchObject({
    supporter: null,
    suppression: { reason: 'unsubscribed' },
    proofOfConsent: { wording: 'v1' },
  })
  expect((await visitor.send(erasing)).status).toBe(200)
  const key = await keyOf(email)
  await keysWhen((names) => !names.some((name) => name.endsWith(key)))
  expect(await reasonFor(email)).toBe('erased')
})

test('an address that complained gets no mail of any kind, and requests for one are answered as usual', async () => {
  const email = 'complained@example.org'
  await suppressionOf(bindings).suppress(await keyOf(email), 'complained', Date.now() - 1_000)
  const visitor = new Visitor()
  const signUp = await visitor.signUp({ email })
  expect([signUp.status, signUp.headers.get('location')]).toEqual([303, '/en/sign-up?sent=1'])
  const json = await visitor.sendJson('/en/sign-up', { email })
  expect([json.status, await json.json()]).toEqual([202, { status: 'check-your-mail' }])
  expect((await visitor.send('/my-data?locale=en', { email, stamp: await agedStamp() })).status).toBe(303)

  const anna = new Organiser()
  const { campaign, revision } = await anna.publish('test-mails')
  const request = { campaign, revision, email: 'appeal', testTo: email }
  const { errors } = await anna.refused(request, 422)
  expect(errors).toMatchObject([{ path: 'testTo', message: 'this address is suppressed' }])
  await anna.ask('POST', '/api/dispatches', { ...request, testTo: 'scribe@example.org' })
  await mailTo('scribe@example.org', 1)
  expect(await mailsTo(email)).toEqual([])
})

test('a record moved to another key cannot be read', async () => {
  const visitor = new Visitor()
  await visitor.join('mover@example.org')
  const moved = `supporter/${await keyOf('mover@example.org')}`
  await keysWhen((names) => names.includes(moved))
  const { value, metadata } = await bindings.SUPPORTERS.getWithMetadata(moved)
  await bindings.SUPPORTERS.put(`supporter/${await keyOf('victim@example.org')}`, value ?? '', { metadata })
  await visitor.send('/my-data?locale=en', { email: 'victim@example.org', stamp: await agedStamp() })
  await soon()
  expect(await mailsTo('victim@example.org')).toEqual([])
})

test('the form for data links may be sent as soon as it is shown, but not with the field that only robots see', async () => {
  const email = 'autofilled@example.org'
  const visitor = new Visitor()
  await visitor.join(email)
  const page = await (await visitor.ask('/my-data?locale=en')).text()
  const stamp = /name="stamp" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const robot = await visitor.send('/my-data?locale=en', { email, stamp, website: 'https://spam.example' })
  const person = await visitor.send('/my-data?locale=en', { email, stamp, website: '' })
  expect([robot.status, person.status]).toEqual([303, 303])
  await mailTo(email, 3)
  await soon()
  expect(await mailsTo(email)).toHaveLength(3)
})

test('four data links are mailed to a mailbox at once', async () => {
  const visitor = new Visitor()
  await visitor.join('hourly@example.org')
  for (let n = 0; n < 6; n++) {
    const stamp = await agedStamp()
    await visitor.send('/my-data?locale=en', { email: 'hourly@example.org', stamp })
  }
  await mailTo('hourly@example.org', 6)
  await soon()
  expect(await mailsTo('hourly@example.org')).toHaveLength(2 + 4)
})
