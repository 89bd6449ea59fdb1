import { reset, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Problem } from '../../scripts/local/organiser.ts'
import type { ActionsReport } from '../../src/actions/actions-report.ts'
import { createActionLink } from '../../src/actions/drafts/action-link.ts'
import type { ModerationItem } from '../../src/actions/moderation/moderation.ts'
import { campaignActionsOf } from '../../src/objects.ts'
import { TEST_READER_TOKEN } from '../settings.ts'
import { Organiser, sleep } from '../support/organiser.ts'
import { writePage } from '../support/shown-pages.ts'
import { testSettings } from '../support/supporter-world.ts'
import { agedStamp, appWith, bindings, linkIn, mailsTo, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 90_000 })

const organiser = new Organiser()
beforeEach(reset)
afterEach(() => vi.restoreAllMocks())

const YAML = `slug: dock
status: STATUS
opened: 2026-03-01
country: NO
topics: [transport]
riskyIn: [BY]
moderators:
  - { email: moderator@example.org, locale: en }
  - { email: second@example.org, locale: ru, languages: [ru, en] }
targets:
  - id: director
    role: { en: Director of the dock, ru: Директор дока }
    locale: en
    salutation: Dear Director
    channels: { email: [director@dock.example] }
    ladder: [each]
    caps: { perHour: 360000 }
support:
  - id: crew
    name: Dock Crew
    locale: en
    channels: { email: [crew@dock.example] }
  - id: hall
    name: Union hall
    channels: { email: [hall@dock.example] }
people:
  - id: mara
    naming: named
    as: Mara Linden
    role: speaker
    agreed: { by: herself, on: 2026-02-20 }
`
const EN = `---\ntitle: Reopen the dock\nsummary: They stand outside.\nsubjects: { appeal: Reopen }\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\nPlease.\n`
const publish = (status = 'open', change = (yaml: string) => yaml) =>
  organiser.ask<{ revision?: string }>('PUT', '/api/campaigns/dock', {
    files: { 'campaign.yaml': change(YAML.replace('STATUS', status)), 'en.md': EN },
  })

const withoutMara = (yaml: string) =>
  yaml.replace(/ {4}naming: named\n {4}as: .*\n/, '    naming: withheld\n').replace(/ {4}agreed: .*\n/, '')

type Item = Omit<ModerationItem, 'said'> & Record<string, unknown>
const pending = async () => (await organiser.ask<{ items: Item[] }>('GET', '/api/moderation')).json.items
const decide = (id: string, decision: string, more: object = {}) =>
  organiser.ask<Problem & { standing?: string; flags?: unknown }>('POST', `/api/moderation/${id}`, {
    decision,
    ...more,
  })
const report = async () => (await organiser.ask<ActionsReport>('GET', '/api/actions/dock')).json

const TEXT = 'We unloaded ships for thirty years.\n\nHold on: we stand with you.'
const support = (email: string, form: Record<string, string> = {}) => ({
  ...{ name: 'Anna Quayside', place: 'Farhaven', text: TEXT, locale: 'en', email },
  ...form,
})
const endorsement = {
  organisation: 'Dockers of Farhaven',
  place: 'Farhaven',
  country: 'NO',
  signer: 'Boris Pier',
  role: 'secretary',
  email: 'office@dockers.example',
  locale: 'en',
}

async function say(path: string, form: Record<string, string>, visitor = new Visitor()): Promise<Response> {
  return visitor.send(`/campaigns/dock/${path}`, { stamp: await agedStamp(), ...form })
}

/** Sends a form and confirms it, for an address without earlier mail. Returns the confirmation link. */
async function confirm(path: string, form: Record<string, string>): Promise<string> {
  expect((await say(path, form)).status).toBe(303)
  const link = linkIn(await mailTo(form.email ?? '', 1), 'confirm')
  expect((await new Visitor().send(link)).status).toBe(200)
  return link
}

/** The campaign's page and its whole case with what is stored now, which otherwise takes some minutes. */
async function page(): Promise<string> {
  await writePage('dock')
  const visitor = new Visitor()
  const pages = [await (await visitor.ask('/en/campaigns/dock')).text()]
  for (let part = 1; ; part++) {
    const answer = await visitor.ask(`/en/campaigns/dock/more?part=${part}`)
    const text = await answer.text()
    if (answer.status !== 200) return pages.join('\n')
    pages.push(text)
  }
}

async function until<T>(look: () => Promise<T>, done: (seen: T) => boolean): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) {
    const seen = await look()
    if (done(seen)) return seen
  }
  throw new Error(`expected state not reached: ${JSON.stringify(await look())}`)
}

/** Makes gathered letters due at once, instead of on the workers' next working day. */
function deliverNow(): Promise<void> {
  return runInDurableObject(campaignActionsOf(bindings, 'dock'), async (actions, { storage }) => {
    storage.sql.exec('UPDATE letter SET date = date - 604800000 WHERE batch = 0')
    await actions.handleCampaignChange()
  })
}

/** Milliseconds after which every mail that was due has been sent. */
const SETTLED_MS = 1_500

test('a message is confirmed, moderated, sent to the workers only and, with consent, shown; opening its link changes nothing', async () => {
  await publish()
  const visitor = new Visitor()
  expect(await (await visitor.ask('/en/campaigns/dock')).text()).toContain('href="/en/campaigns/dock/support"')
  const form = await (await visitor.ask('/en/campaigns/dock/support')).text()
  expect(form).toContain('Dock Crew')
  expect(form).toContain('Belarus') // the warning for supporters at risk
  expect(form).not.toMatch(/name="shown"[^>]*checked/)

  const sent = await say('messages', support('anna@example.org', { shown: 'yes', country: 'NO' }), visitor)
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/en/campaigns/dock/support?sent=1'])
  const confirmation = await mailTo('anna@example.org', 1)
  for (const typed of ['Anna Quayside', 'thirty years', 'Farhaven'])
    expect(confirmation.html + confirmation.text + confirmation.subject).not.toContain(typed)
  const link = linkIn(confirmation, 'confirm')
  for (let scans = 0; scans < 3; scans++) expect(await (await visitor.ask(link)).text()).toContain('thirty years')
  expect(await pending()).toEqual([])

  const [first, second] = await Promise.all([visitor.send(link), visitor.send(link)])
  expect([first.status, second.status]).toEqual([200, 200])
  const [item, ...more] = await pending()
  expect(more).toEqual([])
  expect(item).toMatchObject({
    campaign: 'dock',
    kind: 'support',
    flags: [],
    acceptable: true,
    name: 'Anna Quayside',
    place: 'Farhaven',
    text: TEXT,
    shown: true,
  })
  expect(JSON.stringify(item)).not.toContain('@')
  expect(await mailsTo('crew@dock.example')).toEqual([])

  expect(await decide(item?.id ?? '', 'accept')).toMatchObject({ status: 200, json: { standing: 'accepted' } })
  expect(await decide(item?.id ?? '', 'refuse')).toMatchObject({ status: 409, json: { standing: 'accepted' } })
  await deliverNow()
  for (const address of ['crew@dock.example', 'hall@dock.example']) {
    const mail = await mailTo(address, 1)
    for (const part of ['thirty years', 'Anna Quayside', 'Farhaven']) expect(mail.text).toContain(part)
    expect(JSON.stringify(mail)).not.toContain('anna@example.org')
    expect(await mailsTo(address)).toHaveLength(1)
  }
  expect(await mailsTo('director@dock.example')).toEqual([])
  const shown = await until(page, (html) => html.includes('thirty years'))
  expect(shown).toContain('Anna Quayside')
  expect((await report()).voices).toEqual({ support: { accepted: 1 } })
  expect((await report()).numbers).toMatchObject({ confirmed: 0, support: 1, accepted: 0 })
  const stored = await bindings.CONTENT.get('campaign/dock').then((text) => JSON.parse(text ?? '').words)
  expect(stored).not.toBeNull()
  expect(stored).not.toContain('Anna')
})

test('without consent a message goes to the workers only, and its text is deleted once it is sent', async () => {
  await publish()
  await confirm('messages', support('anna@example.org'))
  const [item] = await pending()
  await decide(item?.id ?? '', 'accept')
  await runInDurableObject(campaignActionsOf(bindings, 'dock'), (_, { storage }) => {
    expect(storage.sql.exec('SELECT sealed FROM submission').toArray()).toEqual([{ sealed: null }])
    expect(storage.sql.exec('SELECT * FROM submission_draft').toArray()).toEqual([])
  })
  await deliverNow()
  expect((await mailTo('crew@dock.example', 1)).text).toContain('thirty years')
  expect(await page()).not.toContain('thirty years')
})

test('moderators get one mail with links and no submitted text; GET shows a submission, POST decides and links to the next', async () => {
  await publish()
  await confirm('messages', support('anna@example.org'))
  await confirm('endorsements', endorsement)
  const mail = await mailTo('moderator@example.org', 1)
  for (const typed of ['Anna', 'thirty years', 'Dockers', 'Boris', 'anna@example.org'])
    expect(mail.html + mail.text + mail.subject).not.toContain(typed)
  expect((await mailTo('second@example.org', 1)).subject).toBe('Нужно ваше решение')
  const link = linkIn(mail, 'moderate')
  const visitor = new Visitor()
  for (let scans = 0; scans < 3; scans++) {
    const shown = await visitor.ask(link)
    expect([shown.headers.get('cache-control'), shown.headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ])
    expect(await shown.text()).toContain('thirty years')
  }
  expect((await visitor.send(link, { decision: 'nonsense' })).status).toBe(200)
  expect(await pending()).toHaveLength(2) // neither scan nor nonsense has decided anything

  const decided = await (await visitor.send(link, { decision: 'refuse' })).text()
  expect(decided).toContain('Refused')
  const next = /href="(\/moderate\/[^"]+)"/.exec(decided)?.[1] ?? ''
  expect(await (await visitor.ask(next)).text()).toContain('Dockers of Farhaven')
  const late = await visitor.send(link, { decision: 'accept' })
  expect(late.status).toBe(409)
  expect(await late.text()).toMatch(/Refused.*That decision is final/s)
  expect((await visitor.send(link, { decision: 'refuse' })).status).toBe(200) // the button pressed twice
  expect(await (await visitor.send(next, { decision: 'accept' })).text()).toContain('Accepted')
  expect(await pending()).toEqual([])
  await runInDurableObject(campaignActionsOf(bindings, 'dock'), (_, { storage }) => {
    const refused = "SELECT sealed FROM submission WHERE status = 'refused'"
    expect(storage.sql.exec(refused).toArray()).toEqual([{ sealed: null }])
  })
  const html = await until(page, (shown) => shown.includes('Dockers of Farhaven'))
  for (const part of ['Boris Pier', 'secretary']) expect(html).toContain(part)
  expect(html).not.toContain('office@dockers.example')
  expect(await mailsTo('moderator@example.org')).toHaveLength(1) // at most one mail an hour
})

test('the link of a former moderator opens nothing, nor does a link of another purpose or campaign', async () => {
  await publish()
  const own = await confirm('messages', support('anna@example.org'))
  const link = linkIn(await mailTo('moderator@example.org', 1), 'moderate')
  await publish('open', (yaml) => yaml.replace('moderator@example.org', 'new@example.org'))
  const visitor = new Visitor()
  for (const answer of [await visitor.ask(link), await visitor.send(link, { decision: 'accept' })]) {
    expect(answer.status).toBe(403)
    expect(await answer.text()).not.toContain('thirty years')
  }
  const token = own.split('/').at(-1)
  expect((await visitor.send(`/moderate/${token}`, { decision: 'accept' })).status).toBe(404)
  expect((await visitor.send(`/moderate/${link.split('/').at(-1)?.slice(0, -4)}`)).status).toBe(404)
  expect((await visitor.ask(`/confirm/${link.split('/').at(-1)}`)).status).toBe(404)
  expect(await pending()).toHaveLength(1)
})

test('moderators get the number of waiting submissions, without those that could only be refused', async () => {
  await publish()
  await confirm('messages', support('anna@example.org'))
  await mailTo('moderator@example.org', 1)
  const wait = (kind: string, count: number) =>
    runInDurableObject(campaignActionsOf(bindings, 'dock'), async (actions, { storage }) => {
      for (let n = 0; n < count; n++)
        storage.sql.exec(
          `INSERT INTO submission (id, kind, author, fingerprint, sealed, content_hash, country, shown, at, status, reason, decided_by)
           VALUES (?, ?, ?, '', 'sealed', ?, '', 0, ?, 'pending', '', '')`,
          ...[crypto.randomUUID(), kind, `author ${n}`, `mark ${n}`, n],
        )
      const tally = storage.kv.get<{ waiting: object }>('submission-counts')
      storage.kv.put('submission-counts', { ...tally, waiting: { ...tally?.waiting, [kind]: count } })
      storage.kv.put('moderated', Date.now() - 25 * 3_600_000)
      await actions.handleCampaignChange()
    })
  await publish('open', (yaml) => yaml.replace(/support:\n.*people:/s, 'people:')) // no workers to send messages to
  await wait('support', 10)
  await sleep(SETTLED_MS)
  expect(await mailsTo('moderator@example.org')).toHaveLength(1)
  await wait('endorsement', 1_234)
  expect((await mailTo('moderator@example.org', 2)).text).toContain('1,234 items are waiting')
})

test('reloading a form page that came back with faults redirects to the form', async () => {
  await publish()
  for (const [posted, form] of [
    ['letters', 'write'],
    ['messages', 'support'],
    ['endorsements', 'endorse'],
  ]) {
    const again = await new Visitor().ask(`/campaigns/dock/${posted}`, { headers: { 'accept-language': 'ru' } })
    expect([again.status, again.headers.get('location')]).toEqual([303, `/ru/campaigns/dock/${form}`])
  }
})

test('an expired link opens nothing and says what to do instead', async () => {
  await publish()
  const { keys } = await testSettings()
  const eightDaysAgo = Date.now() - 8 * 86_400_000
  const link = { campaign: 'dock', id: crypto.randomUUID() }
  const expectations = [
    ['confirm', 'letter', 'write it again'],
    ['confirm', 'voice', 'write it again'],
    ['moderate', 'moderate', 'an email with new links'],
  ] as const
  for (const [path, purpose, way] of expectations) {
    const url = `/${path}/${await createActionLink(keys, purpose, link, eightDaysAgo)}`
    for (const answer of [await new Visitor().ask(url), await new Visitor().send(url, { decision: 'accept' })]) {
      expect(answer.status).toBe(410)
      expect(await answer.text()).toContain(way)
    }
  }
})

test('links, abuse and repeated text are flagged for the moderator, and nothing is refused automatically', async () => {
  await publish()
  await confirm(
    'messages',
    support('spam@example.org', { text: 'BUY NOW AT https://spam.example OR write@spam.example!!!' }),
  )
  await confirm('messages', support('anna@example.org'))
  await confirm('messages', support('boris@example.org', { text: TEXT.toUpperCase().replace('\n\n', ' ') }))
  const flags = (await pending()).map((item) => item.flags.map(({ kind }) => kind))
  expect(flags).toEqual([['link', 'address', 'shouting'], ['repeated'], ['shouting', 'repeated']])
  expect((await pending()).every(({ acceptable }) => acceptable)).toBe(true)
})

test('a submission with a withheld name is never accepted, sent or shown, and no answer or log contains the name', async () => {
  await publish()
  const logged = vi.spyOn(console, 'error')
  await confirm(
    'messages',
    support('anna@example.org', { text: 'Tell kowalczyk, Vera: we stand with her.', shown: 'yes' }),
  )
  const [item] = await pending()
  expect(item).toMatchObject({ flags: [{ kind: 'named', who: '1' }], acceptable: false })
  const refused = await decide(item?.id ?? '', 'accept')
  expect(refused).toMatchObject({ status: 409, json: { flags: [{ kind: 'named', who: '1' }] } })
  expect(JSON.stringify(refused.json)).not.toMatch(/vera|kowalczyk/i)
  const link = linkIn(await mailTo('moderator@example.org', 1), 'moderate')
  const shown = await (await new Visitor().ask(link)).text()
  expect(shown).not.toContain('value="accept"')
  expect((await new Visitor().send(link, { decision: 'accept' })).status).toBe(409)
  expect(await pending()).toHaveLength(1)
  expect(await page()).not.toMatch(/kowalczyk/i)
  expect(JSON.stringify(logged.mock.calls)).not.toMatch(/kowalczyk/i)
  expect((await decide(item?.id ?? '', 'refuse', { reason: 'names-somebody' })).status).toBe(200)
  await deliverNow()
  await sleep(SETTLED_MS)
  expect(await mailsTo('crew@dock.example')).toEqual([])
})

test('a letter whose own words contain a withheld name is not sent, and the receipt says so', async () => {
  await publish()
  const letter = (sentence: string) => ({ name: 'Anna Dockside', sentence, locale: 'en' })
  await confirm('letters', { email: 'anna@example.org', ...letter('Bring Vera Kowalczyk back to the dock, please.') })
  await confirm('letters', { email: 'boris@example.org', ...letter('Bring all of them back to the dock, please.') })
  expect((await mailTo('anna@example.org', 2)).text).toMatch(/or\s+its\s+text\s+may\s+no\s+longer\s+be\s+used/)
  await mailTo('boris@example.org', 2)
  const letters = await mailsTo('director@dock.example')
  expect(letters.map(({ text }) => /bring all of them/i.test(text))).toEqual([true])
  expect((await report()).numbers).toMatchObject({ confirmed: 2, accepted: 1, cancelled: 1, waiting: 0 })
})

test('a message leaves the page once a name in it is withheld', async () => {
  await publish()
  await confirm('messages', support('anna@example.org', { text: 'Mara Linden spoke for all of us.', shown: 'yes' }))
  await confirm('messages', support('boris@example.org', { text: 'Mara Linden is right, say I.' }))
  const [first, second] = await pending()
  await decide(first?.id ?? '', 'accept')
  await until(page, (html) => html.includes('spoke for all'))
  await publish('open', withoutMara)
  await until(page, (html) => !html.includes('spoke for all'))
  expect(await decide(second?.id ?? '', 'accept')).toMatchObject({
    status: 409,
    json: { flags: [{ kind: 'named', who: 'mara' }] },
  })
  await deliverNow()
  await sleep(SETTLED_MS)
  expect(await mailsTo('crew@dock.example')).toEqual([]) // the message was dropped before it was sent
})

test('a message whose name is withheld while it is being accepted is not sent', async () => {
  await publish()
  await confirm('messages', support('boris@example.org', { text: 'Mara Linden is right, say I.' }))
  const [item] = await pending()
  let [held, released] = [false, false]
  const seal = crypto.subtle.encrypt.bind(crypto.subtle)
  vi.spyOn(crypto.subtle, 'encrypt').mockImplementationOnce(async (...args) => {
    held = true
    while (!released) await sleep(20) // polls, since an object may not await a promise of another request
    return seal(...args)
  })
  const accepting = decide(item?.id ?? '', 'accept')
  await until(
    async () => held,
    (is) => is,
  )
  const { revision } = (await publish('open', withoutMara)).json
  expect(revision).toEqual(expect.any(String))
  await until(
    () => runInDurableObject(campaignActionsOf(bindings, 'dock'), (_, { storage }) => storage.kv.get('checked')),
    (checked) => checked === revision,
  )
  released = true
  expect((await accepting).status).toBe(200)
  await deliverNow()
  await sleep(SETTLED_MS)
  expect(await mailsTo('crew@dock.example')).toEqual([])
})

test('a second submission from one mailbox is answered politely and not stored', async () => {
  await publish()
  await confirm('messages', support('anna@example.org'))
  const actions = campaignActionsOf(bindings, 'dock')
  const again = await actions.storeSubmissionDraft('dock', {
    email: 'anna+again@example.org',
    submission: { kind: 'support', locale: 'en', name: 'A', text: 'Another one, with other words.', shown: true },
  })
  expect(await actions.confirmSubmission(again ?? '')).toEqual({ kind: 'already' })
  expect(await pending()).toHaveLength(1)
})

test('erasure deletes a submission whatever its state, and removes it from the page', async () => {
  await publish()
  await confirm('messages', support('anna@example.org', { shown: 'yes' }))
  const [item] = await pending()
  await decide(item?.id ?? '', 'accept')
  await until(page, (html) => html.includes('thirty years'))
  const actions = campaignActionsOf(bindings, 'dock')
  await runInDurableObject(actions, async (object, { storage }) => {
    const { fingerprint } = storage.sql.exec<{ fingerprint: string }>('SELECT fingerprint FROM submission').one()
    expect(await object.findPersonalData(fingerprint)).toMatchObject({ said: [{ kind: 'support', text: TEXT }] })
    await object.erase(fingerprint)
    expect(await object.findPersonalData(fingerprint)).toBeNull()
  })
  await until(page, (html) => !html.includes('thirty years'))
  expect(await bindings.CONTENT.get('submissions/dock')).toBeNull()
  expect(await decide(item?.id ?? '', 'accept')).toMatchObject({ status: 404 })
})

test('a closed campaign takes and delivers no submissions, and moderation says so', async () => {
  await publish()
  await confirm('messages', support('anna@example.org'))
  await say('messages', support('late@example.org'))
  const late = linkIn(await mailTo('late@example.org', 1), 'confirm')
  await publish('closed')
  expect((await new Visitor().ask(late)).status).toBe(410)
  expect((await new Visitor().send(late)).status).toBe(410)
  expect((await say('messages', support('new@example.org'))).status).toBe(410)
  expect((await say('endorsements', endorsement)).status).toBe(410)
  for (const path of ['support', 'endorse'])
    expect((await new Visitor().ask(`/en/campaigns/dock/${path}`)).status).toBe(410)
  const [item, ...more] = await pending()
  expect([item?.acceptable, more]).toEqual([false, []])
  expect(await decide(item?.id ?? '', 'accept')).toMatchObject({
    status: 409,
    json: { title: expect.stringContaining('The campaign is not open') },
  })
  await deliverNow()
  await sleep(SETTLED_MS)
  expect(await mailsTo('crew@dock.example')).toEqual([])
})

const yesterday = () => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
const ends: Array<[name: string, status: string, change: (yaml: string) => string, reached: number]> = [
  ['is won', 'won', (yaml) => yaml, 1],
  ['is closed', 'closed', (yaml) => yaml, 1],
  ['has passed its last day', 'open', (yaml) => `${yaml}closes: ${yesterday()}\n`, 1],
  ['has expired', 'won', (yaml) => `${yaml}doNotUseAfter: ${yesterday()}\n`, 0],
  ['is won and the address was withdrawn', 'won', (yaml) => yaml.replace('crew@', 'new@'), 0],
]
test.each(ends)('an accepted message of support when the campaign %s before the next morning', async (...end) => {
  const [, status, change, reached] = end
  await publish()
  await confirm('messages', support('anna@example.org'))
  const [item] = await pending()
  expect(await decide(item?.id ?? '', 'accept')).toMatchObject({ status: 200 })
  expect(await publish(status, change)).toMatchObject({ json: { revision: expect.any(String) } })
  await until(
    async () => (await report()).voices,
    (voices) => voices.support?.accepted === 1,
  )
  await sleep(SETTLED_MS) // the alarm after the campaign's end
  await deliverNow()
  await sleep(SETTLED_MS)
  expect(await mailsTo('crew@dock.example')).toHaveLength(reached)
})

test('an accepted reply of a target is shown as a quotation with the target’s role and the day', async () => {
  await publish()
  const reply = { target: 'director', date: '2026-03-20', locale: 'ru', text: 'Док закрыт.\n\nДиректор <b>дока</b>' }
  const given = await organiser.ask<{ id: string }>('POST', '/api/actions/dock/replies', reply)
  expect(given).toMatchObject({ status: 201, json: { standing: 'pending' } })
  const again = await organiser.ask<{ id: string }>('POST', '/api/actions/dock/replies', reply)
  expect(again.json).toEqual(given.json)
  expect(await page()).not.toContain('Док закрыт.')
  await publish('closed') // replies may come after the end
  expect(await decide(given.json.id, 'accept')).toMatchObject({ status: 200 })
  const html = await until(page, (shown) => shown.includes('Док закрыт.'))
  expect(html).toContain('<h3>Director of the dock</h3>')
  expect(html).toContain('20 March 2026')
  expect(html).toContain('&lt;b&gt;дока')
  for (const wrong of [{ target: 'nobody' }, { date: 'yesterday' }, { text: ' \n ' }, { locale: 'Russian' }])
    expect((await organiser.ask('POST', '/api/actions/dock/replies', { ...reply, ...wrong })).status).toBe(422)
})

test('moderation and replies need their scope, and a form names each missing or too long field', async () => {
  await publish()
  const reader = new Organiser(TEST_READER_TOKEN)
  const id = `dock.${crypto.randomUUID()}`
  for (const [method, path, body] of [
    ['GET', '/api/moderation', undefined],
    ['POST', `/api/moderation/${id}`, { decision: 'accept' }],
    ['POST', '/api/actions/dock/replies', {}],
  ] as const)
    expect((await reader.ask(method, path, body)).status).toBe(403)
  expect((await decide(id, 'accept')).status).toBe(404)
  expect((await decide(`no-such.${crypto.randomUUID()}`, 'accept')).status).toBe(404)
  expect((await decide(id, 'perhaps')).status).toBe(422)
  expect((await decide(id, 'accept', { reason: 'abuse' })).status).toBe(422)

  const answer = await say('endorsements', { locale: 'en', email: 'none', organisation: 'x'.repeat(201) })
  expect(answer.status).toBe(422)
  const html = await answer.text()
  for (const field of ['email', 'organisation', 'place', 'signer', 'role'])
    expect(html).toContain(`id="${field}-wrong"`)
  expect((await say('messages', { ...support('anna@example.org'), website: 'http://spam.example' })).status).toBe(303)
  const foreign = new Visitor(appWith({})).send('/campaigns/dock/messages', {}, { origin: 'https://evil.example' })
  expect((await foreign).status).toBe(403)
  await sleep(500)
  expect(await mailsTo('anna@example.org')).toEqual([])
})

test('thirty days after the end submissions that are not shown are deleted; with the records, all are, from the page too', async () => {
  await publish()
  await confirm('messages', support('anna@example.org', { shown: 'yes' }))
  await confirm('messages', support('boris@example.org', { text: 'This one nobody has read.' }))
  const [item] = await pending()
  await decide(item?.id ?? '', 'accept')
  await until(page, (html) => html.includes('thirty years'))
  await publish('closed')
  const words = () =>
    runInDurableObject(campaignActionsOf(bindings, 'dock'), (_, { storage }) =>
      storage.sql.exec<{ sealed: string | null }>('SELECT sealed FROM submission ORDER BY at').toArray(),
    )
  const daysLater = (days: number) =>
    runInDurableObject(campaignActionsOf(bindings, 'dock'), async (actions, { storage }) => {
      storage.kv.put('blocked-since', Date.now() - days * 86_400_000)
      await actions.handleCampaignChange()
    })
  await daysLater(29)
  await sleep(SETTLED_MS)
  expect(await words()).toEqual([{ sealed: expect.any(String) }, { sealed: expect.any(String) }])
  await daysLater(30)
  await until(words, (rows) => rows[1]?.sealed === null)
  expect((await words())[0]?.sealed).not.toBeNull()
  expect(await page()).toContain('thirty years')
  expect(await pending()).toEqual([])
  await daysLater(400)
  await until(words, (rows) => rows.length === 0)
  await until(page, (html) => !html.includes('thirty years'))
})

test('a message waits, and cannot be accepted, while the campaign names no workers to send it to', async () => {
  await publish()
  await confirm('messages', support('anna@example.org'))
  await publish('open', (yaml) => yaml.replace(/support:\n.*people:/s, 'people:'))
  const [item] = await pending()
  expect(item?.acceptable).toBe(false)
  expect((await decide(item?.id ?? '', 'accept')).status).toBe(409)
  await publish()
  expect((await decide(item?.id ?? '', 'accept')).status).toBe(200)
})
