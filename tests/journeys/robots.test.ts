import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { elements } from '../support/html.ts'
import { Organiser } from '../support/organiser.ts'
import { agedStamp, appWith, mailsTo, Visitor } from '../support/visitor.ts'

const organiser = new Organiser()
const YAML = `slug: mill
status: open
opened: 2026-03-01
country: GB
topics: [manufacturing]
targets:
  - id: owner
    role: Owner
    locale: en
    salutation: Dear Owner
    channels: { email: [owner@mill.example] }
    ladder: [digest]
support:
  - id: crew
    name: Mill crew
    locale: en
    channels: { email: [crew@mill.example] }
moderators:
  - email: reader@mill.example
    locale: en
`
const EN = `---\ntitle: Reopen the mill\nsummary: They stand outside.\nsubjects: { appeal: Reopen }\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\nPlease.\n`
beforeAll(async () => {
  const put = await organiser.ask('PUT', '/api/campaigns/mill', { files: { 'campaign.yaml': YAML, 'en.md': EN } })
  expect(put.json).toMatchObject({ slug: 'mill' })
})

const person = { name: 'Anna Weaver', place: 'Farhaven', locale: 'en' }
/** The forms that send a mail to whoever is named in them: path of the page, path of the form, and its fields. */
const FORMS: Array<[page: string, path: string, fields: Record<string, string>]> = [
  ['/en/sign-up', '/en/sign-up', {}],
  ['/embed/mill?lang=en', '/embed/mill?lang=en', {}],
  ['/en/campaigns/mill/write', '/campaigns/mill/letters', { ...person, sentence: 'I wove there for ten years.' }],
  ['/en/campaigns/mill/support', '/campaigns/mill/messages', { ...person, text: 'We stand with you, all of us.' }],
  [
    '/en/campaigns/mill/endorse',
    '/campaigns/mill/endorsements',
    { organisation: 'Weavers', place: 'Farhaven', signer: 'Anna Weaver', role: 'secretary', locale: 'en' },
  ],
]

const TURNSTILE = { TURNSTILE_SITE_KEY: 'site-key', TURNSTILE_SECRET: 'secret' }
afterEach(() => vi.restoreAllMocks())

/** Lets Turnstile accept the response “human” once. Returns what it was asked. */
function turnstile(): unknown[] {
  const asked: unknown[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
    const said = JSON.parse(String(init?.body)) as { response: string }
    asked.push(said.response)
    return Response.json({ success: said.response === 'human' })
  })
  return asked
}

test.each(FORMS)(
  '%s carries the widget, and its form is taken only when Turnstile says yes',
  async (page, path, fields) => {
    const asked = turnstile()
    const visitor = new Visitor(appWith(TURNSTILE))
    const html = await (await visitor.ask(page)).text()
    expect(elements(html, 'div').some(({ attributes }) => attributes['data-sitekey'] === 'site-key')).toBe(true)
    expect(elements(html, 'script')).toHaveLength(1)
    const email = `robot${FORMS.findIndex(([one]) => one === page)}@example.org`
    const send = async (more: Record<string, string>) =>
      (await visitor.send(path, { email, ...fields, stamp: await agedStamp(), ...more })).status
    expect(await send({})).toBe(422)
    expect(await send({ 'cf-turnstile-response': 'robot' })).toBe(422)
    expect(await mailsTo(email)).toEqual([])
    expect(await send({ 'cf-turnstile-response': 'robot', email: 'no address' })).toBe(422)
    expect(await send({ 'cf-turnstile-response': 'human' })).toBe(303)
    expect(asked).toEqual(['robot', 'human']) // a response is valid once: it is not spent on a form with another fault
  },
)

test('whoever leaves, erases or asks for their data meets no Turnstile', async () => {
  const { unsubscribe } = await new Visitor().join('leaver@example.org')
  const asked = turnstile()
  const visitor = new Visitor(appWith(TURNSTILE))
  for (const page of [unsubscribe, '/my-data?locale=en'])
    expect(await (await visitor.ask(page)).text()).not.toContain('site-key')
  const data = await visitor.send('/my-data?locale=en', { email: 'leaver@example.org', stamp: await agedStamp() })
  expect(data.status).toBe(303)
  expect((await visitor.send(unsubscribe, { via: 'page' })).status).toBe(200)
  expect((await visitor.send(unsubscribe, { 'List-Unsubscribe': 'One-Click' })).status).toBe(200)
  expect(asked).toEqual([])
})

test.each([...FORMS, ['/my-data?locale=en', '/my-data?locale=en', {}] as const])(
  'at %s one stamp serves five forms a minute, from whatever network; the sixth is asked to send the form again',
  async (page, path, fields) => {
    const stamp = await agedStamp()
    const at = [...FORMS.map(([one]) => one), '/my-data?locale=en'].indexOf(page)
    const send = (n: number, one: string) =>
      new Visitor().send(path, { email: `s${at}n${n}@example.org`, ...fields, stamp: one })
    const statuses: number[] = []
    for (let n = 0; n < 7; n++) statuses.push((await send(n, stamp)).status)
    expect(statuses).toEqual([303, 303, 303, 303, 303, 422, 422])
    expect(await (await send(8, stamp)).text()).toContain('Please send the form again from this page.')
    expect((await send(9, await agedStamp())).status).toBe(303)
  },
)
