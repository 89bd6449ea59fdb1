import { runInDurableObject } from 'cloudflare:test'
import { beforeAll, expect, test } from 'vitest'
import { mailboxQueueOf } from '../../src/objects.ts'
import { mailboxOf } from '../../src/security/address.ts'
import { Organiser, sleep } from '../support/organiser.ts'
import { addressOf, testSettings } from '../support/supporter-world.ts'
import { agedStamp, appWith, bindings, linkIn, mailsTo, mailTo, Visitor } from '../support/visitor.ts'

const YAML = `slug: weir
status: open
opened: 2026-03-01
country: GB
topics: [transport]
targets:
  - id: owner
    role: Owner
    locale: en
    salutation: Dear Owner
    channels: { email: [owner@weir.example] }
    ladder: [each]
    caps: { perHour: 360000 }
support:
  - id: crew
    name: Weir crew
    channels: { email: [crew@weir.example] }
moderators:
  - { email: reader@weir.example, locale: en }
`
const EN = `---\ntitle: Keep the weir\nsummary: They stand outside.\nsubjects: { appeal: Keep }\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\nPlease.\n`

type Call = string
/** The binding with each call to it noted: the method, and for an object of a mailbox what was asked of it. */
function noted<B extends object>(binding: B, name: string, calls: Call[]): B {
  return new Proxy(binding, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key)
      if (typeof found !== 'function') return found
      return (...args: unknown[]) => {
        const answer: unknown = Reflect.apply(found, target, args)
        if (key !== 'get' && key !== 'getByName' && name.includes('/')) calls.push(`${name}.${String(key)}`)
        else if (!name.includes('/') && key === 'getByName') return noted(answer as object, `${name}/`, calls)
        else calls.push(`${name}.${String(key)}`)
        return answer
      }
    },
  })
}

/** All calls to KV and to objects that a form causes, the work after its answer included. */
async function callsOf(path: string, fields: Record<string, string>): Promise<Call[]> {
  const calls: Call[] = []
  const wrapped = Object.fromEntries(
    Object.entries(bindings).flatMap(([name, binding]) =>
      typeof binding === 'object' && !name.endsWith('_LIMIT') ? [[name, noted(binding as object, name, calls)]] : [],
    ),
  )
  const sent = await new Visitor(appWith(wrapped)).send(path, { ...fields, stamp: await agedStamp() })
  expect(sent.status).toBe(303)
  return calls.sort() // calls that run side by side have no order
}

const FORMS: Array<[path: string, fields: Record<string, string>]> = [
  ['/en/sign-up', {}],
  ['/my-data?locale=en', {}],
  ['/campaigns/weir/letters', { name: 'Anna Weir', locale: 'en', sentence: 'I swam there for ten years.' }],
  ['/campaigns/weir/messages', { name: 'Anna Weir', locale: 'en', text: 'We stand with you, all of us.' }],
]

const settle = () => sleep(1_500)
beforeAll(async () => {
  const put = await new Organiser().ask('PUT', '/api/campaigns/weir', {
    files: { 'campaign.yaml': YAML, 'en.md': EN },
  })
  expect(put.json).toMatchObject({ slug: 'weir' })
  await new Visitor().ask('/en/campaigns/weir') // what isolates keep in memory is there for all
})

test.each(FORMS)(
  '%s makes the same calls for a supporter, a writer and a stranger, once and again',
  async (path, fields) => {
    const of = (who: string) => `${who}.${path.replaceAll(/\W/g, '')}@example.org`
    await new Visitor().join(of('supporter'))
    const letter = { name: 'Anna', locale: 'en', sentence: 'I swam there for ten years.', consent: 'shown' }
    await new Visitor().send('/campaigns/weir/letters', { ...letter, email: of('writer'), stamp: await agedStamp() })
    await new Visitor().send(linkIn(await mailTo(of('writer'), 1), 'confirm'))
    await settle()
    for (let round = 0; round < 2; round++) {
      const calls = await callsOf(path, { ...fields, email: of('stranger') })
      expect(calls.filter((call) => call.startsWith('MAILBOX_QUEUE'))).toHaveLength(1)
      for (const who of ['supporter', 'writer'])
        expect(await callsOf(path, { ...fields, email: of(who) })).toEqual(calls)
    }
  },
)

test('whoever asks for data of a stranger gets no mail, and their queue keeps what a supporter’s keeps', async () => {
  await new Visitor().join('known@example.org')
  const settings = await testSettings()
  const kept = async (email: string) => {
    await new Visitor().send('/my-data?locale=en', { email, stamp: await agedStamp() })
    await settle()
    const box = mailboxQueueOf(bindings, await settings.fingerprint(mailboxOf(addressOf(email))))
    return runInDurableObject(box, (_, { storage }) => ({
      mails: storage.sql.exec('SELECT key FROM mail').toArray(),
      hasAllowance: storage.kv.get('allowance') !== undefined,
    }))
  }
  const known = await kept('known@example.org')
  expect(known).toEqual({ mails: [], hasAllowance: true })
  expect(await kept('nobody@example.org')).toEqual(known)
  expect((await mailsTo('known@example.org')).length).toBe(3)
  expect(await mailsTo('nobody@example.org')).toEqual([])
})

test('a form whose mail cannot be queued says so, and to everybody', async () => {
  const failing = {
    idFromName: () => '',
    get: () => ({}),
    getByName: () => ({ ask: () => Promise.reject(new Error('down')) }),
  }
  await new Visitor().join('failed@example.org')
  for (const [path, fields] of FORMS) {
    for (const email of ['failed@example.org', 'nobody-failed@example.org']) {
      const visitor = new Visitor(appWith({ MAILBOX_QUEUE: failing }))
      expect((await visitor.send(path, { ...fields, email, stamp: await agedStamp() })).status).toBe(500)
    }
  }
})
