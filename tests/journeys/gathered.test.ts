import { reset, runDurableObjectAlarm } from 'cloudflare:test'
import PostalMime from 'postal-mime'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ActionsReport } from '../../src/actions/actions.ts'
import { actionsOf } from '../../src/actions/actions-of.ts'
import { postboxOf } from '../../src/dispatch/bindings.ts'
import { mailboxOf, normalise } from '../../src/security/address.ts'
import { Organiser } from '../support/organiser.ts'
import { testSettings } from '../support/supporter-world.ts'
import { agedStamp, bindings, type CapturedMail, linkIn, mailsTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 90_000 })

const organiser = new Organiser()
/** A Saturday; the offices of the targets open on Monday at nine, which in Dublin is nine o’clock UTC. So far ahead, no alarm comes by itself. */
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
  const typed = { name: `Writer of ${email.split('@')[0]}`, sentence, locale: 'en', email, stamp: await agedStamp(), ...form }
  await new Visitor().send('/campaigns/quay/letters', typed)
  const [link] = await delivered(email)
  if (link === undefined) throw new Error(`nothing came to ${email}`)
  await new Visitor().send(linkIn(link, 'confirm'))
}

/** The mails to somebody, once their postbox has been emptied. */
async function delivered(email: string): Promise<CapturedMail[]> {
  const { fingerprint } = await testSettings()
  const address = normalise(email)
  if (!address.ok) throw new Error(email)
  await runDurableObjectAlarm(postboxOf(bindings, await fingerprint(mailboxOf(address.value))))
  return mailsTo(email)
}

/** The clock stands at `at`, and the object looks. */
async function at(time: number): Promise<void> {
  vi.setSystemTime(time)
  for (let looks = 0; looks < 6; looks++) {
    await runDurableObjectAlarm(actionsOf(bindings, 'quay'))
  }
}

async function parsed(mail: CapturedMail | undefined) {
  const eml = await new Visitor().ask(`/outbox/${mail?.id}.eml`)
  return PostalMime.parse(await eml.arrayBuffer())
}

const PEOPLE = ['anna', 'boris', 'carla'].map((name) => `${name}@example.org`)
const sentenceOf = (email: string) => `I know this quay, says ${email.split('@')[0]}.`

test('letters for a digest wait for the next working morning and go as one mail, with a sheet of each to print', async () => {
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
    expect(mail.text).not.toContain(email) // the target learns nobody’s address by it
  }
  expect(mail.from?.address).toBe('noreply@tocsin.example')
  const sheets = new TextDecoder().decode(mail.attachments[0]?.content as ArrayBuffer)
  expect(mail.attachments[0]).toMatchObject({ filename: 'letters.html', disposition: 'attachment' })
  expect(sheets.match(/<section>/g)).toHaveLength(3)
  expect(sheets.match(/Уважаемый директор/g)).toHaveLength(3)
  await at(MONDAY + 4 * HOUR_MS)
  for (const email of PEOPLE) expect(await delivered(email)).toHaveLength(2) // the link, and the receipt when all have it
  expect(await mailsTo('owner@quay.example')).toHaveLength(3)
  expect((await report()).numbers).toMatchObject({ confirmed: 3, accepted: 6, waiting: 0 })
  expect(await mailsTo('director@quay.example')).toHaveLength(1)
})
