import { reset, runDurableObjectAlarm } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import type { ActionsReport } from '../../src/actions/actions-report.ts'
import { campaignActionsOf } from '../../src/objects.ts'
import { Organiser } from '../support/organiser.ts'
import { writePage } from '../support/shown-pages.ts'
import { agedStamp, bindings, linkIn, mailsTo, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)

const anna = new Organiser()
const MINISTER = 'minister@state.example'
const PRESS = 'press@desk.example'
const filesOf = (ladder: string, more = '', email = MINISTER) => ({
  'campaign.yaml': `slug: quay
status: open
opened: 2026-03-01
country: NO
topics: [transport]
targets:
  - id: minister
    role: Minister
    locale: en
    salutation: Dear Minister
    channels: { email: [${email}] }
    ladder: ${ladder}
    caps: { perHour: 360000 }
${more}`,
  'en.md':
    '---\ntitle: Quay\nsummary: They stand outside.\nsubjects: { appeal: Quay }\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\nPlease take them back.\n',
})

const publish = (...files: Parameters<typeof filesOf>) =>
  anna.ask('PUT', '/api/campaigns/quay', { files: filesOf(...files) })
const report = async () => (await anna.ask<ActionsReport>('GET', '/api/actions/quay')).json
const ring = () => runDurableObjectAlarm(campaignActionsOf(bindings, 'quay'))
const kindsOfNotices = async () =>
  (await anna.ask<Array<{ kind: string }>>('GET', '/api/notices')).json.map(({ kind }) => kind)

async function write(email: string): Promise<void> {
  const typed = { name: 'Invented Writer', sentence: 'I know this quay.', locale: 'en', email }
  await new Visitor().send('/campaigns/quay/letters', { ...typed, stamp: await agedStamp() })
  await new Visitor().send(linkIn(await mailTo(email, 1), 'confirm'))
}

/** The path of the page where the minister chooses, from their first letter. */
async function letterLink(): Promise<string> {
  await expect.poll(async () => (await report()).numbers.accepted, { timeout: 10_000 }).toBeGreaterThan(0)
  return linkIn(await mailTo(MINISTER, 1), 'stop')
}

const choose = (link: string, wish: string) => new Visitor().send(link, { wish })

test('a target who asks for one mail a day gets the next letters in a digest, and organisers are told', async () => {
  await publish('[each]')
  await write('first@example.org')
  const link = await letterLink()
  const page = await (await new Visitor().ask(link)).text()
  expect([...page.matchAll(/<button[^>]*value="([^"]*)"/g)].map(([, value]) => value)).toEqual([
    'digest',
    'left-office',
  ])
  await write('second@example.org')
  await expect.poll(async () => (await report()).numbers.accepted, { timeout: 10_000 }).toBe(2) // GET changed nothing

  expect((await choose(link, 'digest')).status).toBe(200)
  await write('third@example.org')
  await ring()
  expect((await report()).numbers).toMatchObject({ accepted: 2, waiting: 1 })
  expect((await report()).wishes).toMatchObject([{ target: 'minister', wish: 'digest' }])
  expect(await kindsOfNotices()).toContain('target-wants-digest')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 4 * 86_400_000 })
  try {
    for (let rings = 0; rings < 4; rings++) {
      await ring()
      vi.setSystemTime(Date.now() + 12 * 3_600_000)
    }
  } finally {
    vi.useRealTimers()
  }
  expect((await report()).numbers).toMatchObject({ accepted: 3, waiting: 0 })
  const digest = (await mailsTo(MINISTER)).at(-1)
  expect(digest?.subject).toBe('A letter to you: Quay')
  expect(digest?.text ?? '').toContain('/stop/')
})

test.each([
  ['no button', {}],
  ['an unknown button', { wish: 'all' }],
  ['the one-click request of RFC 8058', { 'List-Unsubscribe': 'One-Click' }],
])('a POST with %s changes nothing', async (_, fields) => {
  await publish('[each]')
  await write('first@example.org')
  expect((await new Visitor().send(await letterLink(), fields)).status).toBe(422)
  expect(await report()).toMatchObject({ wishes: [], stopped: [] })
})

test('a target who has left the office gets no more letters, the writers are told, and an organiser can undo it', async () => {
  await publish('[each, digest]')
  await write('first@example.org')
  const link = await letterLink()
  await choose(link, 'digest')
  await write('waiting@example.org')
  await choose(link, 'left-office')
  await choose(link, 'digest') // does not undo it
  await ring()
  await write('late@example.org')
  await ring()
  const { numbers, stopped } = await report()
  expect(numbers).toMatchObject({ accepted: 1, waiting: 0, cancelled: 2 })
  expect(stopped).toEqual([{ target: 'minister', reason: expect.stringContaining('no longer') }])
  expect(await kindsOfNotices()).toContain('target-left-office')
  for (const writer of ['waiting@example.org', 'late@example.org'])
    expect((await mailTo(writer, 2)).text).toContain('they no longer take letters at this address')

  expect((await anna.ask('POST', '/api/actions/quay/reopen', { target: 'minister' })).json).toEqual({
    target: 'minister',
    reopened: 1,
  })
  expect((await anna.ask('POST', '/api/actions/quay/reopen', { target: 'minister' })).status).toBe(409)
  await write('after@example.org')
  await expect.poll(async () => (await report()).numbers.accepted, { timeout: 10_000 }).toBe(2)
})

const ALONE = 'As a separate email in your name'
const AMONG = 'In one email together with other people’s letters'
const LEFT = 'This address takes no more letters'

/** The pages that a writer sees: the form, the page behind the link, and the result. */
async function pagesOf(email: string): Promise<string[]> {
  await writePage('quay')
  const form = await (await new Visitor().ask('/en/campaigns/quay/write')).text()
  const typed = { name: 'Invented Writer', sentence: 'I know this quay.', locale: 'en', email }
  await new Visitor().send('/campaigns/quay/letters', { ...typed, stamp: await agedStamp() })
  const link = linkIn(await mailTo(email, 1), 'confirm')
  const opened = await (await new Visitor().ask(link)).text()
  return [form, opened, await (await new Visitor().send(link)).text()]
}

test('no page promises a separate email to a target who asked for one a day, or who has left the office', async () => {
  await publish('[each, own-mailbox]')
  await write('first@example.org')
  const link = await letterLink()
  await choose(link, 'digest')
  for (const page of await pagesOf('second@example.org')) {
    expect(page).toContain(AMONG)
    expect(page).not.toContain(ALONE)
  }
  await choose(link, 'left-office')
  const [form, opened, result] = await pagesOf('third@example.org')
  for (const page of [form, opened, result]) {
    expect(page).toContain(LEFT)
    expect(page).not.toContain(AMONG)
  }
  expect(form).not.toContain('mailto:') // nor from one's own mailbox
  expect(result).toContain('Your letter is not sent')

  await anna.ask('POST', '/api/actions/quay/reopen', { target: 'minister' })
  const [again, ...others] = await pagesOf('fourth@example.org')
  expect(again).toContain('mailto:')
  for (const page of [again, ...others]) expect(page).not.toContain(LEFT)
})

test('a new address of a target who has left the office is written to as before', async () => {
  await publish('[each]')
  await write('first@example.org')
  await choose(await letterLink(), 'left-office')
  await publish('[each]', '', 'successor@state.example')
  for (const page of await pagesOf('second@example.org')) expect(page).not.toContain(LEFT)
})

test('a new address of the target takes letters again, without an organiser who opens it', async () => {
  await publish('[each]')
  await write('first@example.org')
  await choose(await letterLink(), 'left-office')
  await publish('[each]', '', 'successor@state.example')
  await write('second@example.org')
  await expect.poll(async () => (await mailsTo('successor@state.example')).length, { timeout: 10_000 }).toBe(1)
})

test('only the target has the link: not a mail that somebody reads in Cc, nor the receipt of the writer', async () => {
  const copies = `copies:\n  - { id: desk, name: Desk, by: cc, channels: { email: [${PRESS}] } }\n`
  await publish('[each]', copies)
  await write('first@example.org')
  await expect.poll(async () => (await mailsTo(MINISTER)).length, { timeout: 10_000 }).toBe(1)
  expect((await mailTo(MINISTER, 1)).text).not.toContain('/stop/')
  expect((await mailTo('first@example.org', 2)).text).not.toContain('/stop/')
  await publish('[each]')
  await write('second@example.org')
  await expect.poll(async () => (await mailsTo(MINISTER)).length, { timeout: 10_000 }).toBe(2)
  expect((await mailTo(MINISTER, 2)).text).toContain('/stop/')
  expect((await mailTo('second@example.org', 2)).text).not.toContain('/stop/')
})
