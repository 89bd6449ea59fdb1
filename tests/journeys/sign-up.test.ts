import { expect, test, vi } from 'vitest'
import { confirmValues } from '../../src/emails/values.ts'
import { mailboxQueueOf } from '../../src/objects.ts'
import { Organiser } from '../support/organiser.ts'
import { keysWhen, recordOf } from '../support/records.ts'
import { agedStamp, appWith, bindings, linkIn, mailsTo, mailTo, Visitor } from '../support/visitor.ts'

const PARTNER = 'https://partner.example.org'

test('signing up by the page: form, mail, button, record, welcome', { timeout: 60_000 }, async () => {
  const anna = new Visitor()
  const page = await (await anna.ask('/ru/sign-up')).text()
  const [, stamp = ''] = /name="stamp" value="([^"]+)"/.exec(page) ?? []
  await new Promise((resolve) => setTimeout(resolve, 2_100)) // as long as people take to fill in the form
  const form = {
    email: 'Anna@example.org',
    name: 'Анна',
    locales: ['ru', 'kk'],
    topics: 'mining',
    country: 'KZ',
    website: '',
    stamp,
  }
  const sent = await anna.send('/ru/sign-up', form)
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/ru/sign-up?sent=1'])
  expect((await bindings.SUPPORTERS.list()).keys).toEqual([])

  const link = linkIn(await mailTo('anna@example.org', 1), 'confirm')
  for (let scans = 0; scans < 3; scans++) {
    const shown = await anna.ask(link)
    expect(shown.status).toBe(200)
    expect(await shown.text()).toContain('<button')
  }
  expect((await anna.ask(link, { method: 'HEAD' })).status).toBe(200)
  expect(await recordOf('anna@example.org')).toBeNull()

  expect((await anna.send(link)).status).toBe(200)
  expect(await recordOf('anna@example.org')).toMatchObject({
    email: 'anna@example.org',
    name: 'Анна',
    locales: ['ru', 'kk'],
    topics: ['mining'],
    country: 'KZ',
    consent: { wording: 'v1', via: 'page' },
  })
  const [name = ''] = await keysWhen(({ length }) => length === 1)
  const [key] = (await bindings.SUPPORTERS.list({ prefix: name })).keys
  expect(typeof key?.metadata).toBe('string') // the sealed record is stored as KV metadata

  const welcome = await mailTo('anna@example.org', 2)
  expect(welcome.text).toContain('Анна')
  await Promise.all([anna.send(link), anna.send(link)])
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(await mailsTo('anna@example.org')).toHaveLength(2)
})

test('pages behind mailed links are not cached, send no referrer and are not indexed', async () => {
  const { confirm, unsubscribe } = await new Visitor().join('headers@example.org')
  for (const path of [confirm, unsubscribe]) {
    const { headers } = await new Visitor().ask(path)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-robots-tag')).toBe('noindex')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('set-cookie')).toBeNull()
  }
})

test('a plain form on a partner’s site signs up without a stamp, and its origin is stored with the consent', async () => {
  const visitor = new Visitor(appWith({ PARTNER_ORIGINS: PARTNER }))
  const answer = await visitor.send(
    '/fr/sign-up',
    { email: 'partner@example.org', name: 'P', button: 'Go' },
    { origin: PARTNER },
  )
  expect(answer.status).toBe(303)
  const mail = await mailTo('partner@example.org', 1)
  expect(mail.headers['Content-Language'] ?? 'fr').toBe('fr')
  await visitor.send(linkIn(mail, 'confirm'), {}, { origin: 'null' }) // browsers send this origin from a no-referrer page
  expect((await recordOf('partner@example.org'))?.consent.via).toBe(PARTNER)
})

test('a form on an unknown site is refused, and its page says what to do', async () => {
  const answer = await new Visitor().send(
    '/en/sign-up',
    { email: 'foreign@example.org', stamp: await agedStamp() },
    { origin: 'https://evil.example' },
  )
  expect(answer.status).toBe(403)
  expect(await answer.text()).toContain('We accept it only from our own website')
  const json = await new Visitor().sendJson(
    '/en/sign-up',
    { email: 'foreign@example.org' },
    { origin: 'https://evil.example' },
  )
  expect([json.status, json.headers.get('content-type')]).toEqual([403, 'application/problem+json'])
  expect(json.headers.get('access-control-allow-origin')).toBeNull()
})

test('JSON signs up; a partner’s script may read the answer', async () => {
  const program = new Visitor()
  const answer = await program.sendJson('/es/sign-up', { email: 'json@example.org', locales: ['es'] })
  expect([answer.status, await answer.json()]).toEqual([202, { status: 'check-your-mail' }])
  await mailTo('json@example.org', 1)

  const script = new Visitor(appWith({ PARTNER_ORIGINS: PARTNER }))
  const preflight = await script.ask('/es/sign-up', { method: 'OPTIONS', headers: { origin: PARTNER } })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-origin')).toBe(PARTNER)
  expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type')
  const posted = await script.sendJson('/es/sign-up', { email: 'json2@example.org' }, { origin: PARTNER })
  expect([posted.status, posted.headers.get('access-control-allow-origin')]).toEqual([202, PARTNER])
  const faulty = await script.sendJson('/es/sign-up', { email: 'json' }, { origin: PARTNER })
  expect([faulty.status, faulty.headers.get('access-control-allow-origin')]).toEqual([422, PARTNER])
})

test('an address in another script is written to in punycode, under workerd as under Node', async () => {
  expect((await new Visitor().sendJson('/en/sign-up', { email: 'Anna@faß.example' })).status).toBe(202)
  expect((await mailTo('anna@xn--fa-hia.example', 1)).to).toContain('anna@xn--fa-hia.example')
  expect((await new Visitor().sendJson('/en/sign-up', { email: 'anna@a_b..c' })).status).toBe(422)
  expect((await new Visitor().sendJson('/en/sign-up', { email: 'anna@example.org\u0001' })).status).toBe(422)
})

test('JSON with faults names each field in English, unknown fields included', async () => {
  const program = new Visitor()
  const answer = await program.sendJson('/ru/sign-up', { email: 'anna', country: 'XX' })
  expect(answer.status).toBe(422)
  expect(await answer.json()).toMatchObject({
    errors: [
      { path: 'email', message: expect.stringContaining('anna@example.org') },
      { path: 'country', message: 'Choose a country from the list.' },
    ],
  })
  const unknown = await program.sendJson('/ru/sign-up', { email: 'a@example.org', e_mail: 'x', constructor: 1 })
  expect(unknown.status).toBe(422)
  expect(((await unknown.json()) as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual([
    'e_mail',
    'constructor',
  ])
})

test('a body that is too large, broken or of an unknown type gets its own error', async () => {
  const statusOf = async (type: string, body: string, accept = 'application/json') =>
    (await new Visitor().ask('/en/sign-up', { method: 'POST', body, headers: { 'content-type': type, accept } })).status
  expect(await statusOf('application/json', '{"email": "a@example.org"')).toBe(400)
  expect(await statusOf('application/json', '["a@example.org"]')).toBe(400)
  expect(await statusOf('application/json', JSON.stringify({ name: 'x'.repeat(70_000) }))).toBe(413)
  expect(await statusOf('application/x-www-form-urlencoded', `name=${'x'.repeat(70_000)}`, 'text/html')).toBe(413)
  expect(await statusOf('text/plain', 'email=a@example.org')).toBe(415)
  expect(await statusOf('multipart/form-data', 'no boundary')).toBe(400)
})

test('a form with faults comes back with the entered values, escaped, and messages in the page’s language', async () => {
  const visitor = new Visitor()
  const typed = '"><script>alert(1)</script>'
  const answer = await visitor.signUp(
    { email: typed, name: 'x'.repeat(10_000), locales: ['fr', 'ar'], topics: 'media' },
    'fr',
  )
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(html).not.toContain('<script>')
  expect(html).toContain('&quot;&gt;&lt;script&gt;')
  expect(html).toMatch(/value="ar"[^>]*checked|checked[^>]*value="ar"/)
  expect(html).toMatch(/<html[^>]* lang="fr"/)
})

test('hostile names reach the welcome mail as text', async () => {
  const name = '&lt;b A {{ greeting }} {% raw %} "mj-raw" \u202Enna'
  await new Visitor().join('hostile@example.org', { name })
  const welcome = await mailTo('hostile@example.org', 2)
  expect(welcome.text).toContain('&lt;b A {{ greeting }} {% raw %} "mj-raw" nna')
  expect(welcome.html).toContain('&amp;lt;b A {{ greeting }} {% raw %} &quot;mj-raw&quot; nna')
  expect(welcome.html).not.toContain('\u202E')
})

test('the answer is the same whether or not the address is already a supporter', async () => {
  const visitor = new Visitor()
  await visitor.join('known@example.org')
  const answers = []
  for (const email of ['known@example.org', 'stranger@example.org']) {
    const signUp = await visitor.signUp({ email })
    const myData = await visitor.send('/my-data?locale=en', { email, stamp: await agedStamp() })
    answers.push([
      signUp.status,
      await signUp.text(),
      signUp.headers.get('location'),
      myData.status,
      await myData.text(),
      myData.headers.get('location'),
    ])
  }
  expect(answers[0]).toEqual(answers[1])
  const later = [await mailTo('known@example.org', 3), await mailTo('known@example.org', 4)]
  expect(later.map(({ text }) => text).join()).toContain('/preferences/')
})

test('tagged spellings of one mailbox get four confirmations at once, and every answer is success', async () => {
  for (let i = 0; i < 10; i++) {
    expect((await new Visitor().signUp({ email: `bombed+${i}@example.org` })).status).toBe(303)
  }
  await mailTo('bombed+3@example.org', 1)
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const all = await Promise.all(Array.from({ length: 10 }, (_, i) => mailsTo(`bombed+${i}@example.org`)))
  expect(all.flat()).toHaveLength(4)
})

test('a client that signs up too often gets 429 with a time to come back, sooner for JSON than for pages', async () => {
  const program = new Visitor()
  const statuses = []
  for (let i = 0; i < 6; i++) statuses.push((await program.sendJson('/en/sign-up', { email: 'x' })).status)
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429])
  const person = new Visitor()
  for (let i = 0; i < 20; i++) expect((await person.signUp({ email: 'x' })).status).toBe(422)
  const refused = await person.signUp({ email: 'x' })
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
  expect((await new Visitor().signUp({ email: 'x' })).status).toBe(422) // other clients are not slowed down
})

test('a form with a filled honeypot, or without its stamp, sends nothing', async () => {
  expect((await new Visitor().signUp({ email: 'trapped@example.org', website: 'https://spam.example' })).status).toBe(
    303,
  )
  expect((await new Visitor().send('/en/sign-up', { email: 'trapped@example.org' })).status).toBe(422)
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(await mailsTo('trapped@example.org')).toEqual([])
})

test('an unknown language is 404', async () => {
  expect((await new Visitor().ask('/de/sign-up')).status).toBe(404)
  expect((await new Visitor().send('/de/sign-up', {})).status).toBe(404)
})

test('a campaign with a withheld name is mentioned neither in the confirmation nor on its pages', async () => {
  const slug = 'lapsed'
  const title = 'Gate (en)'
  const until = (day: string) => [
    'people:',
    `  - { id: speaker, naming: named, as: A. B., role: speaker, until: ${day}, agreed: { by: herself, on: 2026-01-01 } }`,
  ]
  const email = 'reader@example.org'
  const organiser = new Organiser()
  await organiser.publish(slug, ['en'], until('2126-01-01'))
  await new Visitor().sendJson('/en/sign-up', { email, campaign: slug })
  const mail = await mailTo(email, 1)
  expect(mail.text).toContain(title)
  const link = linkIn(mail, 'confirm')
  expect(await (await new Visitor().ask(link)).text()).toContain(title)

  await organiser.publish(slug, ['en'], until('2026-01-02'))
  expect(await (await new Visitor().ask(`/en/campaigns/${slug}`)).text()).not.toContain(title)
  expect(await (await new Visitor().ask(link)).text()).not.toContain(title)
  expect(await (await new Visitor().send(link)).text()).not.toContain(slug)

  expect((await new Visitor().sendJson('/en/sign-up', { email: 'late@example.org', campaign: slug })).status).toBe(202)
  const queued = { key: 'confirm/1', email: 'confirm', locale: 'en', to: { address: 'queued@example.org' } } as const
  const values = confirmValues({
    confirm: 'https://act.example.org/confirm/t',
    noMore: 'https://act.example.org/no-more/t',
  })
  await mailboxQueueOf(bindings, 'queued').enqueue({ ...queued, values, campaign: slug })
  for (const address of ['late@example.org', 'queued@example.org']) {
    const { subject, text, html } = await mailTo(address, 1)
    expect(`${subject} ${text} ${html}`).not.toMatch(/Gate|lapsed/)
  }
})

test('a language without texts makes every address answer 503 and name the missing files', async () => {
  const visitor = new Visitor(appWith({ LOCALES: 'en,ru,de' }))
  for (const path of ['/de/', '/en/sign-up', '/healthz']) {
    const answer = await visitor.ask(path)
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain('emails/strings/de.yaml')
  }
})

test('missing settings make every address answer 503 and name them', async () => {
  const visitor = new Visitor(appWith({ KEYRING: undefined }))
  const page = await visitor.ask('/en/sign-up')
  expect(page.status).toBe(503)
  expect(await page.text()).toContain('KEYRING')
  const json = await visitor.sendJson('/en/sign-up', { email: 'a@example.org' })
  expect([json.status, JSON.stringify(await json.json())]).toEqual([503, expect.stringContaining('KEYRING')])
})

test('where Turnstile is configured, its answer decides, and no answer counts as a refusal', async () => {
  const verifications: unknown[] = []
  const answers = [
    Response.json({ success: true }),
    Response.json({ success: false }),
    new Response('busy', { status: 503 }),
  ]
  vi.stubGlobal('fetch', async (url: string, init: { body: string }) => {
    verifications.push([url, JSON.parse(init.body)])
    return answers.shift()
  })
  const turnstile = { TURNSTILE_SITE_KEY: 'site-key', TURNSTILE_SECRET: 'secret', PARTNER_ORIGINS: PARTNER }
  const visitor = new Visitor(appWith(turnstile))
  const page = await visitor.ask('/en/sign-up')
  expect(page.headers.get('content-security-policy')).toContain('script-src https://challenges.cloudflare.com')
  expect(await page.text()).toContain('data-sitekey="site-key"')
  const statuses = []
  for (let n = 0; n < 3; n++) {
    const answer = await visitor.signUp({ email: `robot${n}@example.org`, 'cf-turnstile-response': 'response' })
    statuses.push(answer.status)
  }
  expect(statuses).toEqual([303, 422, 422])
  expect((await visitor.signUp({ email: 'robot3@example.org' })).status).toBe(422) // without a response Turnstile is not called
  expect((await visitor.send('/en/sign-up', { email: 'robot4@example.org' }, { origin: PARTNER })).status).toBe(303)
  const program = { email: 'robot5@example.org' } // a program can send any Origin
  expect((await visitor.sendJson('/en/sign-up', program, { origin: PARTNER })).status).toBe(422)
  vi.unstubAllGlobals()
  const verify = [
    'https://challenges.cloudflare.com/turnstile/v0/siteverify',
    { secret: 'secret', response: 'response' },
  ]
  expect(verifications).toEqual([verify, verify, verify])
  await mailTo('robot0@example.org', 1)
  expect(await mailsTo('robot1@example.org')).toEqual([])
})
