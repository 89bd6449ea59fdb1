import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import PostalMime from 'postal-mime'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ActionsReport } from '../../src/actions/actions-report.ts'
import { readPageRecord } from '../../src/campaigns/copies/page-record.ts'
import { campaignActionsOf, mailboxQueueOf, publicationOf, suppressionOf } from '../../src/objects.ts'
import { mailboxOf, normaliseAddress } from '../../src/security/address.ts'
import { TEST_TOKEN } from '../settings.ts'
import { Organiser } from '../support/organiser.ts'
import { pagesOf } from '../support/pdf.ts'
import { testSettings } from '../support/supporter-world.ts'
import { agedStamp, bindings, type CapturedMail, linkIn, mailsTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 90_000 })

const organiser = new Organiser()
const asOrganiser = { headers: { authorization: `Bearer ${TEST_TOKEN}` } }
/**
 * A Saturday (epoch ms). The targets’ offices open on Monday at nine, Dublin time, which is UTC in winter.
 * No real alarm rings so far ahead.
 */
const SATURDAY = Date.UTC(2030, 10, 30, 11)
const MONDAY = Date.UTC(2030, 11, 2, 9)
const HOUR_MS = 3_600_000

beforeEach(async () => {
  await reset()
  vi.useFakeTimers({ toFake: ['Date'], now: SATURDAY })
})
afterEach(() => vi.useRealTimers())

const YAML = `slug: quay
status: STATUS
opened: 2026-03-01
country: NO
topics: [transport]
goal: { letters: 100 }
targets:
  - id: director
    role: { en: Director of the quay, ru: Директор причала }
    locale: ru
    salutation: { en: Dear Director, ru: Уважаемый директор }
    channels: { email: [director@quay.example] }
    ladder: [digest]
    zone: Europe/Dublin
  - id: owner
    role: Owner
    locale: en
    salutation: Dear Owner
    channels: { email: [owner@quay.example] }
    ladder: [each, digest]
    caps: { perHour: 1 }
    zone: Europe/Dublin
copies:
  - id: deputy
    name: A deputy
    locale: en
    channels: { email: [deputy@state.example, office@state.example] }
`
const words = (title: string, letter: string) =>
  `---\ntitle: ${title}\nsummary: They stand outside.\nsubjects: { appeal: ${title} }\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\n${letter}\n\n## Update 2026-11-29 They are back at the gate\n\nTwenty of them stood there.\n`

const publish = (status = 'open', change = (yaml: string) => yaml) =>
  organiser.ask('PUT', '/api/campaigns/quay', {
    files: {
      'campaign.yaml': change(YAML.replace('STATUS', status)),
      'en.md': words('Take them back', 'Please take the crew back.'),
      'ru.md': words('Верните их', 'Прошу вернуть экипаж.'),
    },
  })

const report = async () => (await organiser.ask<ActionsReport>('GET', '/api/actions/quay')).json

async function write(email: string, sentence: string, form: Record<string, string | string[]> = {}): Promise<void> {
  const typed = {
    name: `Writer of ${email.split('@')[0]}`,
    sentence,
    locale: 'en',
    email,
    stamp: await agedStamp(),
    ...form,
  }
  await new Visitor().send('/campaigns/quay/letters', typed)
  const [link] = await delivered(email)
  if (link === undefined) throw new Error(`no mail came to ${email}`)
  await new Visitor().send(linkIn(link, 'confirm'))
}

/** The mails to an address, after running the alarm of its mailbox queue. */
async function delivered(email: string): Promise<CapturedMail[]> {
  const { fingerprint } = await testSettings()
  const address = normaliseAddress(email)
  if (!address.ok) throw new Error(email)
  await runDurableObjectAlarm(mailboxQueueOf(bindings, await fingerprint(mailboxOf(address.value))))
  return mailsTo(email)
}

/** Moves the clock to `time` (epoch ms), and runs the object's alarms on the way. */
async function at(time: number): Promise<void> {
  const object = campaignActionsOf(bindings, 'quay')
  for (let looks = 0; looks < 2_000; looks++) {
    const alarm = await runInDurableObject(object, (_, { storage }) => storage.getAlarm())
    if (alarm === null || alarm > time) break
    vi.setSystemTime(Math.max(alarm, Date.now()))
    await runDurableObjectAlarm(object)
  }
  vi.setSystemTime(time)
}

async function parsed(mail: CapturedMail | undefined) {
  const eml = await new Visitor().ask(`/outbox/${mail?.id}.eml`)
  return PostalMime.parse(await eml.arrayBuffer())
}

const PEOPLE = ['anna', 'boris', 'carla'].map((name) => `${name}@example.org`)
const sentenceOf = (email: string) => `I know this quay, says ${email.split('@')[0]}.`

test('letters for a digest wait for the next working morning and leave as one mail, with a sheet of each to print', async () => {
  await publish()
  for (const email of PEOPLE) await write(email, sentenceOf(email))
  await at(MONDAY - HOUR_MS)
  expect(await mailsTo('director@quay.example')).toEqual([])
  expect((await report()).numbers).toMatchObject({ confirmed: 3, accepted: 0, waiting: 6 })
  await at(MONDAY + 60_000)
  const [digest, ...more] = await mailsTo('director@quay.example')
  expect(more).toEqual([])
  const mail = await parsed(digest)
  expect(mail.text).toContain('Прошу вернуть экипаж.')
  expect(mail.text?.match(/Прошу вернуть экипаж/g)).toHaveLength(1)
  for (const email of PEOPLE) {
    expect(mail.text).toContain(sentenceOf(email))
    expect(mail.text).not.toContain(email) // the target sees no writer’s address
  }
  expect(mail.from?.address).toBe('campaigns@example.org')
  const sheets = new TextDecoder().decode(mail.attachments[0]?.content as ArrayBuffer)
  expect(mail.attachments[0]).toMatchObject({ filename: 'letters.html', disposition: 'attachment' })
  expect(sheets.match(/<section>/g)).toHaveLength(3)
  expect(sheets.match(/Уважаемый директор/g)).toHaveLength(3)
  const printed = await pagesOf(new Uint8Array(mail.attachments[1]?.content as ArrayBuffer))
  expect(printed).toHaveLength(3)
  for (const [n, email] of PEOPLE.entries()) expect(printed[n]?.text).toContain(sentenceOf(email))
  await at(MONDAY + 4 * HOUR_MS)
  // The link, then the receipt once every addressee has the letter.
  for (const email of PEOPLE) expect(await delivered(email)).toHaveLength(2)
  expect(await mailsTo('owner@quay.example')).toHaveLength(3)
  expect((await report()).numbers).toMatchObject({ confirmed: 3, accepted: 6, waiting: 0 })
  expect(await mailsTo('director@quay.example')).toHaveLength(1)
})

test('copies follow their own schedule and are marked as copies, until their addressee stops them', async () => {
  await publish()
  for (const email of PEOPLE) await write(email, sentenceOf(email))
  await at(MONDAY + HOUR_MS / 2)
  const [copy, ...more] = await mailsTo('deputy@state.example')
  expect(more).toEqual([])
  expect(copy?.subject).toBe('Copies of 3 letters: Take them back')
  for (const email of PEOPLE) {
    expect(copy?.text).toContain(sentenceOf(email))
    expect(copy?.text).not.toContain(email)
  }
  const stop = /<https?:\/\/[^/]+(\/stop\/[\w-]+)>/.exec(copy?.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''
  expect(copy?.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
  const office = await mailsTo('office@state.example')
  expect(office).toHaveLength(1)

  await write('dora@example.org', 'The night shift knows what was promised.')
  const scanned = await new Visitor().ask(stop)
  expect(await scanned.text()).toContain('No more copies?')
  await at(MONDAY + 24 * HOUR_MS - 60_000)
  await new Visitor().send(stop, { 'List-Unsubscribe': 'One-Click' }) // a minute before the next copy
  await at(MONDAY + 24 * HOUR_MS + 60_000)
  await at(MONDAY + 25 * HOUR_MS)
  expect(await mailsTo('deputy@state.example')).toHaveLength(1)
  expect(await mailsTo('office@state.example')).toHaveLength(2)
  expect(await mailsTo('director@quay.example')).toHaveLength(2)
  expect((await report()).numbers).toMatchObject({ confirmed: 4, copies: 7 })
  await new Visitor().send(stop, { via: 'page' })
})

test('letters that would wait for days for their turn at one addressee leave together', async () => {
  await publish()
  const many = Array.from({ length: 30 }, (_, n) => `writer${n}@example.org`)
  for (const email of many) await write(email, sentenceOf(email))
  await at(MONDAY + 60_000)
  expect((await mailsTo('owner@quay.example')).length).toBe(1) // the others wait for their turn
  await at(MONDAY + 12 * 24 * HOUR_MS)
  const all = await Promise.all((await mailsTo('owner@quay.example')).map(parsed))
  const text = all.map(({ text }) => text).join('\n')
  for (const email of many) expect(text.split(sentenceOf(email))).toHaveLength(2)
  expect(all.length).toBeLessThan(many.length)
  expect((await report()).numbers).toMatchObject({ confirmed: 30, accepted: 60, waiting: 0 })
})

test('only what writers agreed to is stored, sealed: names for the sheet, addresses for updates, until they withdraw consent', async () => {
  await publish()
  await write('anna@example.org', sentenceOf('anna@'), {
    consent: ['shown', 'updates'],
    place: 'Farhaven',
    country: 'NO',
  })
  await write('boris@example.org', sentenceOf('boris@'), { consent: 'shown' })
  await write('carla@example.org', sentenceOf('carla@'), { consent: 'updates' })
  await write('dora@example.org', sentenceOf('dora@'))
  await at(MONDAY + 60_000)
  await at(MONDAY + 6 * HOUR_MS)
  const rows = await runInDurableObject(campaignActionsOf(bindings, 'quay'), (_, { storage }) =>
    JSON.stringify([
      ...storage.sql.exec('SELECT confirmed_draft, consent FROM writer'),
      ...storage.sql.exec('SELECT entry FROM letter'),
    ]),
  )
  expect(rows).not.toMatch(/Writer of|example\.org|I know this quay/)
  expect(rows.match(/"confirmed_draft":null/g)).toHaveLength(4)
  expect(rows.match(/"consent":null/g)).toHaveLength(1)
  expect(rows.match(/"entry":null/g)?.length).toBe(16)

  const signatures = () => organiser.ask<{ signatures: Array<{ name: string }> }>('GET', '/api/actions/quay/signatures')
  expect((await signatures()).json.signatures).toEqual([
    { name: 'Writer of anna', place: 'Farhaven', country: 'NO' },
    { name: 'Writer of boris' },
  ])

  const asPdf = await new Visitor().ask('/api/actions/quay/signatures?format=pdf', asOrganiser)
  const [sheet] = await pagesOf(new Uint8Array(await asPdf.arrayBuffer()))
  expect(sheet?.text).toMatch(/Writer of anna.*Farhaven, Norway.*Writer of boris/s)
  const asPage = await new Visitor().ask('/api/actions/quay/signatures?format=html&locale=ar', asOrganiser)
  expect(await asPage.text()).toMatch(/dir="rtl".*Writer of anna/s)

  const tell = (body: object) => organiser.ask<{ told: number }>('POST', '/api/actions/quay/tell', body)
  expect((await tell({ about: 'end' })).status).toBe(409)
  expect((await tell({ about: 'update', updateId: 'no-such' })).status).toBe(422)
  expect((await tell({ about: 'update', updateId: '2026-11-29' })).status).toBe(202)
  await at(MONDAY + 7 * HOUR_MS)
  await tell({ about: 'update', updateId: '2026-11-29' }) // a repeated request mails nobody twice
  await at(MONDAY + 7.5 * HOUR_MS)
  const news = (await delivered('anna@example.org')).filter(({ text }) => text.includes('They are back at the gate'))
  expect(news).toHaveLength(1)
  expect((await delivered('carla@example.org')).filter(({ text }) => text.includes('Twenty of them'))).toHaveLength(1)
  expect(await delivered('boris@example.org')).toHaveLength(2)

  await new Visitor().send(linkIn(news[0] as CapturedMail, 'stop'), { via: 'page' })
  await organiser.ask('POST', '/api/supporters/erase', { email: 'boris@example.org', reason: 'reply' })
  expect((await signatures()).json.signatures.map(({ name }) => name)).toEqual(['Writer of anna'])
  await publish('won')
  expect((await tell({ about: 'end' })).status).toBe(202)
  await at(MONDAY + 8 * HOUR_MS)
  expect((await delivered('carla@example.org')).at(-1)?.text).toContain('The campaign has been won')
  expect((await delivered('anna@example.org')).some(({ text }) => text.includes('The campaign has been won'))).toBe(
    false,
  )

  await at(MONDAY + 32 * 24 * HOUR_MS)
  const left = await runInDurableObject(campaignActionsOf(bindings, 'quay'), (_, { storage }) =>
    storage.sql.exec('SELECT 1 FROM writer WHERE consent IS NOT NULL').toArray(),
  )
  expect(left).toEqual([])
  expect((await signatures()).json.signatures).toEqual([])
})

test('erasure removes a writer’s words from every letter that has not left', async () => {
  await publish()
  for (const email of PEOPLE) await write(email, sentenceOf(email))
  await organiser.ask('POST', '/api/supporters/erase', { email: 'boris@example.org', reason: 'reply' })
  const stored = await runInDurableObject(campaignActionsOf(bindings, 'quay'), (_, { storage }) =>
    storage.sql.exec('SELECT entry FROM letter WHERE entry IS NOT NULL').toArray(),
  )
  expect(stored).toHaveLength(6) // the letters of the two other writers: to the director, and to both addresses that get copies
  await at(MONDAY + 8 * HOUR_MS)
  const everything = [
    ...(await mailsTo('director@quay.example')),
    ...(await mailsTo('owner@quay.example')),
    ...(await mailsTo('deputy@state.example')),
  ]
  expect(everything).toHaveLength(4)
  expect(everything.map(({ text }) => text).join()).not.toContain('boris')
  expect((await report()).numbers).toMatchObject({ confirmed: 3, accepted: 4, cancelled: 2, waiting: 0 })
})

test('an accepted letter that bounces later counts as refused, and its addressee gets no more letters', async () => {
  await publish()
  await write('anna@example.org', sentenceOf('anna@'))
  await at(MONDAY + 60_000)
  const { fingerprint } = await testSettings()
  const owner = await fingerprint('owner@quay.example' as Parameters<typeof fingerprint>[0])
  await suppressionOf(bindings).suppress(owner, 'bounced', Date.now())
  await write('boris@example.org', sentenceOf('boris@'))
  await at(MONDAY + 3 * HOUR_MS)
  await at(MONDAY + 25 * HOUR_MS)
  expect(await mailsTo('owner@quay.example')).toHaveLength(1)
  const reported = await report()
  expect(reported.stopped).toEqual([{ target: 'owner', reason: expect.stringContaining('bounced') }])
  expect(reported.numbers).toMatchObject({ accepted: 2, refused: 1, cancelled: 1, waiting: 0 })
  expect((await delivered('boris@example.org')).at(-1)?.text).toContain('no longer take letters')
})

test('self-reports are counted apart and never count towards the goal', async () => {
  await publish()
  for (const how of ['own-mailbox', 'paper', 'own-mailbox'])
    expect((await new Visitor().send('/campaigns/quay/reported', { how, locale: 'en' })).status).toBe(200)
  expect((await new Visitor().send('/campaigns/quay/reported', { how: 'accepted' })).status).toBe(400)
  expect(
    (await new Visitor().send('/campaigns/quay/reported', { how: 'paper' }, { origin: 'https://elsewhere.example' }))
      .status,
  ).toBe(403)
  expect((await report()).numbers).toMatchObject({ confirmed: 0, ownMailbox: 2, paper: 1 })
  await at(SATURDAY + 16 * 60_000)
  await runDurableObjectAlarm(publicationOf(bindings))
  const page = await (await new Visitor().ask('/en/campaigns/quay')).text()
  expect(page).toContain('0 people have confirmed')
  const whole = await (await new Visitor().ask('/en/campaigns/quay/more')).text()
  expect(whole).toContain('From their own email: 2; on paper: 1.')

  // Repeated self-reports do not use up the day's writes to KV.
  const from = SATURDAY + 16 * 60_000
  const reported = async () => (await readPageRecord(bindings.CONTENT, 'quay'))?.numbers?.paper
  for (let minute = 2; minute < 15; minute += 3) {
    await new Visitor().send('/campaigns/quay/reported', { how: 'paper', locale: 'en' })
    await at(from + minute * 60_000)
    expect(await reported()).toBe(1)
  }
  await at(from + 18 * 60_000)
  await runDurableObjectAlarm(publicationOf(bindings))
  expect(await reported()).toBe(6)
})
