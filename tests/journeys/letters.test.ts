import { abortAllDurableObjects, evictAllDurableObjects, reset, runInDurableObject } from 'cloudflare:test'
import PostalMime from 'postal-mime'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ActionsReport } from '../../src/actions/actions-report.ts'
import { translator } from '../../src/kit/page-texts.ts'
import { campaignActionsOf } from '../../src/objects.ts'
import { Outbox } from '../../src/transports/outbox/outbox.ts'
import { elements } from '../support/html.ts'
import { Organiser, sleep } from '../support/organiser.ts'
import { faultyOutbox } from '../support/slow-outbox.ts'
import { agedStamp, bindings, type CapturedMail, linkIn, mailsTo, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 90_000 })

const organiser = new Organiser()
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

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
    channels: { email: [director@quay.example, office@quay.example] }
    ladder: [own-mailbox, each]
    caps: { perHour: 360000 }
  - id: minister
    role: Minister
    locale: ar
    salutation: { en: Dear Minister, ar: السيد الوزير }
    channels: { email: [minister@state.example] }
    ladder: [each]
    caps: { perHour: 360000 }
  - id: owner
    role: Owner
    locale: en
    salutation: Dear Owner
    channels: { email: [owner@quay.example], post: [Quay 1, Exampletown] }
    ladder: [own-mailbox, paper]
`
const words = (title: string, letter: string) =>
  `---\ntitle: ${title}\nsummary: They stand outside.\nsubjects: { appeal: ${title} }\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\n${letter}\n`

const publish = (status = 'open', change = (yaml: string) => yaml) =>
  organiser.ask('PUT', '/api/campaigns/quay', {
    files: {
      'campaign.yaml': change(YAML.replace('STATUS', status)),
      'en.md': words('Take them back', 'Please take the crew back.'),
      'ru.md': words('Верните их', 'Прошу вернуть экипаж.'),
    },
  })

const SENTENCE = 'My grandfather worked this quay, and he came home alive.'
const TARGETS = ['director@quay.example', 'office@quay.example', 'minister@state.example']

async function write(email: string, form: Record<string, string> = {}, visitor = new Visitor()): Promise<Response> {
  const typed = { name: 'Anna Quayside', sentence: SENTENCE, locale: 'en', email, stamp: await agedStamp(), ...form }
  return visitor.send('/campaigns/quay/letters', typed)
}

const report = async () => (await organiser.ask<ActionsReport>('GET', '/api/actions/quay')).json

async function until(done: (current: ActionsReport) => boolean): Promise<ActionsReport> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
    const current = await report()
    if (done(current)) return current
  }
  throw new Error(`expected state not reached: ${JSON.stringify(await report())}`)
}

/** Writes and confirms a letter, for an address without earlier mail. Returns the confirmation link. */
async function send(email: string, form: Record<string, string> = {}): Promise<string> {
  await write(email, form)
  const link = linkIn(await mailTo(email, 1), 'confirm')
  await new Visitor().send(link)
  return link
}

/** A captured mail's MIME as postal-mime, an independent parser, reads it. */
async function parsed(mail: CapturedMail | undefined) {
  const eml = await new Visitor().ask(`/outbox/${mail?.id}.eml`)
  return PostalMime.parse(await eml.arrayBuffer())
}

test('after confirmation each address of each target gets the letter once, in its language, and the writer gets a receipt', async () => {
  await publish()
  const visitor = new Visitor()
  expect(await (await visitor.ask('/en/campaigns/quay')).text()).toContain('href="/en/campaigns/quay/write"')
  const page = await (await visitor.ask('/en/campaigns/quay/write')).text()
  expect(page).toContain('Прошу вернуть экипаж.')
  const end = page.indexOf('</form>')
  expect(page.slice(0, end)).not.toContain('Owner')
  expect(page.slice(end)).toContain('Owner') // from one's own mailbox only

  const sent = await write('anna@example.org', { place: 'Farhaven', country: 'NO' }, visitor)
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/en/campaigns/quay/write?sent=1'])
  const confirmation = await mailTo('anna@example.org', 1)
  for (const typed of ['Anna Quayside', 'grandfather', 'Farhaven'])
    expect(confirmation.html + confirmation.text + confirmation.subject).not.toContain(typed)

  const link = linkIn(confirmation, 'confirm')
  for (let scans = 0; scans < 3; scans++) {
    const shown = await (await visitor.ask(link)).text()
    for (const part of [SENTENCE, 'Уважаемый директор', 'Anna Quayside']) expect(shown).toContain(part)
  }
  expect((await report()).numbers.confirmed).toBe(0) // following links, as scanners do, sends nothing

  const [first, second] = await Promise.all([visitor.send(link), visitor.send(link)])
  expect([first.status, second.status]).toEqual([200, 200])
  const sheet = 'href="/en/campaigns/quay/letter#to-owner"'
  for (const shown of [page, await first.text()]) expect(shown).toContain(sheet) // the target that only paper reaches
  const { numbers, byCountry } = await until((current) => current.numbers.accepted === 3)
  expect([numbers.confirmed, byCountry]).toEqual([1, { NO: 1 }])
  for (const [address, salutation, model, via] of [
    ['director@quay.example', 'Уважаемый директор,', 'Прошу вернуть экипаж.', 'через'],
    ['minister@state.example', 'Dear Minister,', 'Please take the crew back.', 'via'],
  ] as const) {
    const [mail, ...more] = await mailsTo(address)
    expect(more).toEqual([])
    expect(mail?.text.startsWith(`${salutation}\n\n${SENTENCE}\n\n${model}\n\nAnna Quayside\nFarhaven\n`)).toBe(true)
    const { from, replyTo, to } = await parsed(mail)
    expect(from).toMatchObject({ name: `Anna Quayside ${via} Tocsin tests`, address: 'campaigns@example.org' })
    expect(replyTo).toMatchObject([{ name: 'Anna Quayside', address: 'anna@example.org' }])
    expect(to).toMatchObject([{ address }])
  }
  expect(await mailsTo('owner@quay.example')).toEqual([])

  const receipt = await mailTo('anna@example.org', 2)
  expect(receipt.text).toContain('Director of the quay: their mail server accepted it on')
  for (const part of [SENTENCE, 'Прошу вернуть экипаж.', 'Please take the crew back.'])
    expect(receipt.text).toContain(part)
})

test('a writer’s second letter is not sent, however they spell their mailbox, and is answered politely', async () => {
  await publish()
  await send('boris@example.org')
  await until((current) => current.numbers.accepted === 3)
  await write('boris+again@example.org')
  expect(await mailsTo('boris+again@example.org')).toEqual([]) // one confirmation an hour for each mailbox
  await runInDurableObject(campaignActionsOf(bindings, 'quay'), async (actions) => {
    const id = await actions.storeLetterDraft('quay', {
      locale: 'en',
      email: 'boris+again@example.org',
      name: 'B',
      sentence: SENTENCE,
      shown: false,
      updates: false,
    })
    expect(await actions.confirmLetter(id ?? '')).toEqual({ kind: 'already' })
  })
  expect((await report()).numbers).toMatchObject({ confirmed: 1, accepted: 3, waiting: 0 })
})

test('a letter form can neither add a recipient nor put a header into a mail', async () => {
  await publish()
  const injected = {
    name: 'Eve\r\nBcc: victim, owner',
    sentence: 'Subject: x\r\n\r\nI stand with the crew, really.',
    targets: 'victim@example.org',
    to: 'victim@example.org',
    'targets[]': 'owner',
  }
  await send('eve@example.org', injected)
  await until((current) => current.numbers.accepted === 3)
  expect([await mailsTo('victim@example.org'), await mailsTo('owner@quay.example')]).toEqual([[], []])
  for (const address of TARGETS) {
    const [mail] = await mailsTo(address)
    expect(mail?.headers).not.toHaveProperty('bcc')
    expect(mail?.subject).toMatch(/^(Верните их|Take them back)$/)
  }
})

test('in the Russian letter of an Arabic writer, the writer’s own words stay Arabic and run right to left', async () => {
  await publish()
  const own = 'أعمل على هذا الرصيف منذ عشرين سنة، وأعرف ما وُعدوا به.'
  await send('salma@example.org', { locale: 'ar', sentence: own, name: 'سلمى المرفئي' })
  await until((current) => current.numbers.accepted === 3)
  const [mail] = await mailsTo('director@quay.example')
  expect(mail?.text.startsWith(`Уважаемый директор,\n\n${own}\n\nПрошу вернуть экипаж.\n\nسلمى المرفئي`)).toBe(true)
  const [page] = elements(mail?.html ?? '', 'html')
  expect(page?.attributes).toMatchObject({ lang: 'ru', dir: 'ltr' })
  const [sentence, name] = elements(mail?.html ?? '', 'div')
  expect([sentence, name].map((one) => [one?.attributes.dir, one?.text])).toEqual([
    ['auto', own],
    ['auto', 'سلمى المرفئي'],
  ])
  expect(mail?.subject).toContain('Верните их')
})

test('ten letters a second from one client are slowed down, and ten to one mailbox bring four links', async () => {
  await publish()
  const flooder = new Visitor()
  const typed = { name: 'Eve Quayside', sentence: SENTENCE, locale: 'en' }
  const burst = await Promise.all(
    Array.from({ length: 30 }, async (_, n) =>
      flooder.send('/campaigns/quay/letters', { ...typed, stamp: await agedStamp(), email: `writer${n}@example.org` }),
    ),
  )
  const statuses = burst.map(({ status }) => status)
  expect(statuses.filter((status) => status === 303)).toHaveLength(20)
  expect(statuses.filter((status) => status === 429)).toHaveLength(10)
  await Promise.all(Array.from({ length: 10 }, (_, n) => write('zoe@example.org', { name: `Zoe ${n} Quayside` })))
  await sleep(1_000)
  expect(await mailsTo('zoe@example.org')).toHaveLength(4)
  const waiting = await runInDurableObject(campaignActionsOf(bindings, 'quay'), (_, { storage }) =>
    storage.sql.exec<{ n: number }>('SELECT COUNT(*) AS n FROM letter_draft').one(),
  )
  expect(waiting.n).toBe(24) // a draft is kept only if its link is queued
})

test('a form with missing or too long fields names each of them, and nothing is stored', async () => {
  await publish()
  const answer = await write('not an address', { name: '', sentence: 'x'.repeat(601) })
  expect(answer.status).toBe(422)
  const page = await answer.text()
  for (const field of ['email', 'name', 'sentence']) expect(page).toContain(`id="${field}-wrong"`)
  expect((await write('anna@example.org', { website: 'http://spam.example' })).status).toBe(303)
  for (const origin of ['https://evil.example', 'null']) {
    const foreign = await new Visitor().send('/campaigns/quay/letters', {}, { origin })
    expect(foreign.status).toBe(403)
    expect(await foreign.text()).toContain('your browser did not say that it came from there')
  }
  expect((await organiser.ask('GET', '/api/actions/no-such-campaign')).status).toBe(404)
  expect((await new Visitor().ask('/en/campaigns/no-such-campaign/write')).status).toBe(404)
  await sleep(500)
  expect(await mailsTo('anna@example.org')).toEqual([])
})

test.each(['closed', 'won'])(
  'the old links to the forms of a %s campaign say that it is over and lead to its page',
  async (status) => {
    await publish(status)
    for (const form of ['write', 'support', 'endorse']) {
      const answer = await new Visitor().ask(`/fr/campaigns/quay/${form}`)
      expect([answer.status, form]).toEqual([410, form])
      const page = await answer.text()
      expect(page).toContain(translator('fr')(form === 'write' ? 'letter-over.title' : 'voice-over.title'))
      expect(page).toContain('href="/fr/campaigns/quay"')
    }
    expect((await new Visitor().ask('/xx/campaigns/quay/write')).status).toBe(404)
  },
)

test('a closed campaign sends no confirmations and no waiting letters, and informs the writers', async () => {
  await publish()
  await write('late@example.org')
  const late = linkIn(await mailTo('late@example.org', 1), 'confirm')
  const held = faultyOutbox((key) => (key.startsWith('tocsin/letters/') ? 'cut-before' : 'accept'))
  await send('anna@example.org')
  await until(() => held.calls.some(({ key }) => key.startsWith('tocsin/letters/')))
  await publish('closed')
  vi.restoreAllMocks()
  expect((await new Visitor().ask(late)).status).toBe(410)
  expect((await new Visitor().send(late)).status).toBe(410)
  const current = await until(({ numbers }) => numbers.waiting === 0)
  expect(current.numbers.confirmed).toBe(1)
  expect(current.numbers.cancelled + current.numbers.uncertain).toBe(3)
  for (const address of TARGETS) expect(await mailsTo(address)).toEqual([])
})

test('when objects die between a target’s acceptance and the ledger entry, no letter is lost or sent twice', async () => {
  await publish()
  let n = 0
  const faulty = faultyOutbox((key) =>
    key.startsWith('tocsin/letters/') && ++n % 3 === 0 ? 'accept-then-cut' : 'accept',
  )
  const writers = Array.from({ length: 8 }, (_, i) => `writer${i}@example.org`)
  await Promise.all(writers.map((email) => write(email)))
  const links = await Promise.all(writers.map(async (email) => linkIn(await mailTo(email, 1), 'confirm')))
  for (const [i, link] of links.entries()) {
    await new Visitor().send(link)
    await (i % 2 === 0 ? abortAllDurableObjects() : evictAllDurableObjects())
  }
  await runInDurableObject(campaignActionsOf(bindings, 'quay'), (actions) => actions.wake())
  const { numbers } = await until((current) => current.numbers.accepted === 24)
  expect(numbers).toMatchObject({ confirmed: 8, refused: 0, uncertain: 0, waiting: 0 })
  expect(faulty.calls.length).toBeGreaterThan(24)
  for (const address of TARGETS) {
    const mails = await Promise.all((await mailsTo(address)).map(parsed))
    const replyTo = mails.flatMap(({ replyTo }) => replyTo?.map((one) => one.address) ?? [])
    expect(replyTo.sort()).toEqual(writers)
  }
})

test('once every letter is accepted, the object stores nothing that the writer typed', async () => {
  await publish()
  await send('anna@example.org')
  await mailTo('anna@example.org', 2)
  await vi.waitFor(
    () =>
      runInDurableObject(campaignActionsOf(bindings, 'quay'), (_, { storage }) => {
        const left = (query: string) => storage.sql.exec(query).toArray()
        expect(left('SELECT * FROM letter_draft')).toEqual([])
        expect(left('SELECT confirmed_draft FROM writer')).toEqual([{ confirmed_draft: null }])
        expect(left('SELECT recipients FROM batch WHERE recipients IS NOT NULL')).toEqual([])
      }),
    10_000,
  )
})

const oneAnHour = (yaml: string) => yaml.replaceAll('perHour: 360000', 'perHour: 1')

test('an address that a revision removes from the targets gets no waiting letters', async () => {
  await publish('open', oneAnHour)
  await send('anna@example.org')
  await until((current) => current.numbers.accepted === 2) // one letter an hour for each target, and the director has two addresses
  await publish('open', (yaml) =>
    oneAnHour(yaml).replace('director@quay.example, office@quay.example', 'new-office@quay.example'),
  )
  const { numbers } = await until((current) => current.numbers.waiting === 0)
  expect(numbers).toMatchObject({ accepted: 2, cancelled: 1 })
  expect(await mailsTo('new-office@quay.example')).toEqual([]) // the writer did not agree to this address
  expect((await mailTo('anna@example.org', 2)).text).toContain('not sent, because the campaign has changed')
})

test('a letter confirmed while the object works on another is sent without waiting for the next alarm', async () => {
  await publish()
  await write('waits@example.org') // a draft, which expires after a week
  await mailTo('waits@example.org', 1)
  const writers = Array.from({ length: 6 }, (_, i) => `quick${i}@example.org`)
  await Promise.all(writers.map((email) => write(email)))
  const links = await Promise.all(writers.map(async (email) => linkIn(await mailTo(email, 1), 'confirm')))
  await Promise.all(links.map((link) => new Visitor().send(link)))
  expect((await until((current) => current.numbers.accepted === 18)).numbers.waiting).toBe(0)
})

test('after the campaign’s last day no further letter is sent, not even within a slice', async () => {
  await publish()
  let letters = 0
  const slow = faultyOutbox((key) => {
    if (key.startsWith('tocsin/letters/')) letters++
    return 'accept'
  })
  const keep = vi.mocked(Outbox.prototype.keep).getMockImplementation()
  vi.mocked(Outbox.prototype.keep).mockImplementation(async function (this: Outbox, ...call) {
    await keep?.call(this, ...call)
    if (call[1].startsWith('tocsin/letters/')) await sleep(400)
  })
  await send('anna@example.org')
  await until(() => letters === 1)
  await publish('open', (yaml) => yaml.replace('country: NO', 'country: NO\ndoNotUseAfter: 2026-03-02'))
  const { numbers } = await until((current) => current.numbers.waiting === 0)
  expect(slow.calls.filter(({ key }) => key.startsWith('tocsin/letters/')).length).toBeLessThanOrEqual(2)
  expect(numbers.accepted + numbers.cancelled + numbers.uncertain).toBe(3)
  expect(numbers.cancelled).toBeGreaterThan(0)
})

test('a writer who agreed to nothing gets a link to their waiting letter, sees it, and can erase it', async () => {
  await publish('open', (yaml) => yaml.replaceAll('perHour: 360000', 'perHour: 1'))
  await send('first@example.org')
  await send('anna@example.org', { place: 'Farhaven' })
  await until(({ numbers }) => numbers.confirmed === 2)
  const visitor = new Visitor()
  await visitor.send('/my-data', { email: 'anna@example.org', stamp: await agedStamp() })
  const mail = await mailTo('anna@example.org', 2)
  const kept = await (await visitor.ask(linkIn(mail, 'export'))).text()
  expect((await visitor.send(linkIn(mail, 'export'))).headers.get('content-type')).toContain('json')
  for (const typed of ['Anna Quayside', SENTENCE, 'Farhaven']) expect(kept).not.toContain(typed)
  const exported = await (await visitor.send(linkIn(mail, 'export'))).json<{ letters: unknown }>()
  expect(exported.letters).toMatchObject([
    { campaign: 'quay', kept: { letter: { name: 'Anna Quayside', sentence: SENTENCE, place: 'Farhaven' } } },
  ])
  expect((await visitor.send(linkIn(mail, 'erase'))).status).toBe(200)
  const { json } = await organiser.ask<{ letters: unknown }>('POST', '/api/supporters/look-up', {
    email: 'anna@example.org',
    reason: 'reply',
  })
  expect(json.letters).toEqual([])
})
