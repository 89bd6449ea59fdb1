import { reset, runInDurableObject } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import { campaignActionsOf, importOf, mailboxQueueOf, publicationOf } from '../../src/objects.ts'
import { onSchedule } from '../../src/schedule.ts'
import { mailboxOf, normaliseAddress } from '../../src/security/address.ts'
import { TEST_SETTINGS, TEST_TOKEN } from '../settings.ts'
import { Organiser } from '../support/organiser.ts'
import { testSettings } from '../support/supporter-world.ts'
import { agedStamp, appWith, bindings, linkIn, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)

const organiser = new Organiser()
const ON_THE_HOUR = Date.UTC(2027, 0, 1)

const YAML = (slug: string) => `slug: ${slug}
status: open
opened: 2026-03-01
country: NO
topics: [transport]
moderators:
  - { email: moderator@example.org, locale: en }
support:
  - id: crew
    name: Dock Crew
    locale: en
    channels: { email: [crew@dock.example] }
`
const EN =
  '---\ntitle: Reopen the dock\nsummary: They stand outside.\nsubjects: { appeal: Reopen }\n---\n\n## Appeal\n\nCome.\n'

/** Publishes a campaign and confirms a message of support in it. */
async function speak(slug: string, email: string): Promise<void> {
  await organiser.ask('PUT', `/api/campaigns/${slug}`, { files: { 'campaign.yaml': YAML(slug), 'en.md': EN } })
  const form = { name: 'Wanda Writer', place: 'Farhaven', text: 'We stand with you, all of us.', locale: 'en', email }
  const sent = await new Visitor().send(`/campaigns/${slug}/messages`, { stamp: await agedStamp(), ...form })
  expect(sent.status).toBe(303)
  expect((await new Visitor().send(linkIn(await mailTo(email, 1), 'confirm'))).status).toBe(200)
}

/** Takes a campaign out of the catalogue, as a deploy without its folder does. */
async function remove(slug: string): Promise<void> {
  await runInDurableObject(publicationOf(bindings), (_, { storage }) => {
    storage.sql.exec('DELETE FROM published WHERE slug = ?', slug)
  })
  for (const { name } of (await bindings.CONTENT.list()).keys)
    if (name.endsWith(slug)) await bindings.CONTENT.delete(name)
}

type Person = { letters: Array<{ campaign: string }>; elsewhere?: Array<{ kind: string }> }
const lookUp = async (email: string) =>
  (await organiser.ask<Person>('POST', '/api/supporters/look-up', { email, reason: 'reply' })).json
const erase = async (email: string) =>
  (await organiser.ask<{ status: string }>('POST', '/api/supporters/erase', { email, reason: 'reply' })).json
const submissionsOf = (slug: string) =>
  runInDurableObject(campaignActionsOf(bindings, slug), (_, { storage }) =>
    storage.sql.exec('SELECT author, fingerprint FROM submission').toArray(),
  )

test.each(['taken-out', 'gone-by-deploy', 'ended-long-ago'])(
  'a campaign that was removed (%s) is still searched by look-up and erasure',
  async (slug) => {
    const email = `wanda.${slug}@example.org`
    await speak(slug, email)
    await remove(slug)
    expect((await lookUp(email)).letters).toMatchObject([{ campaign: slug }])
    expect(await erase(email)).toEqual({ status: 'erased' })
    expect(await submissionsOf(slug)).toEqual([])
    expect((await lookUp(email)).letters).toEqual([])
  },
)

test('a removed campaign whose alarm was lost is woken by cron', async () => {
  await speak('asleep', 'wanda@example.org')
  await remove('asleep')
  const stub = campaignActionsOf(bindings, 'asleep')
  await runInDurableObject(stub, (_, { storage }) => storage.deleteAlarm())
  await onSchedule(bindings, ON_THE_HOUR)
  const alarm = await runInDurableObject(stub, (_, { storage }) => storage.getAlarm())
  expect(alarm).not.toBeNull()
})

/** Imports people without proof of consent, who all wait for their confirmation mail. */
async function importList(emails: string[]): Promise<string> {
  const answer = await appWith({})(
    new Request(`${TEST_SETTINGS.PUBLIC_URL}/api/supporters/import?confirmationsPerMinute=1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_TOKEN}`, 'content-type': 'text/csv' },
      body: `email,name\n${emails.map((email) => `${email},Ivy Imported`).join('\n')}\n`,
    }),
  )
  expect(answer.status).toBe(202)
  return ((await answer.json()) as { id: string }).id
}

test('an import whose alarm was lost is woken by cron', async () => {
  const id = await importList(['one@example.org', 'two@example.org', 'three@example.org'])
  await vi.waitFor(async () => expect((await importOf(bindings, id).view())?.state).toBe('confirming'), 10_000)
  await runInDurableObject(importOf(bindings, id), (_, { storage }) => storage.deleteAlarm())
  await onSchedule(bindings, ON_THE_HOUR)
  expect(await runInDurableObject(importOf(bindings, id), (_, { storage }) => storage.getAlarm())).not.toBeNull()
})

test('a person who waits in an import is found and erased there, and the others get their mails', async () => {
  const emails = Array.from({ length: 5 }, (_, i) => `waiting${i}@example.org`)
  const id = await importList(emails)
  await vi.waitFor(async () => expect((await importOf(bindings, id).view())?.state).toBe('confirming'), 10_000)
  const waiting = emails.at(-1) ?? ''
  expect((await lookUp(waiting)).elsewhere).toMatchObject([{ kind: 'import', name: id }])
  expect(await erase(waiting)).toEqual({ status: 'erased' })
  expect((await lookUp(waiting)).elsewhere).toBeUndefined()
  expect(await importOf(bindings, id).view()).toMatchObject({ people: 5, refused: 1 })
})

test('mails that wait for a person are erased with them', async () => {
  const read = normaliseAddress('queued@example.org')
  if (!read.ok) throw new Error('no address')
  const mailbox = await (await testSettings()).fingerprint(mailboxOf(read.value))
  const queue = mailboxQueueOf(bindings, mailbox)
  await queue.enqueue({
    ...{ key: 'receipt/dock', email: 'goodbye', locale: 'en', values: {} },
    to: { address: read.value, name: 'Quentin' },
  })
  await runInDurableObject(queue, (_, { storage }) => {
    storage.sql.exec('UPDATE mail SET due_at = ?', Date.now() + 3_600_000)
    return storage.deleteAlarm()
  })
  expect((await lookUp('queued@example.org')).elsewhere).toMatchObject([{ kind: 'mailbox' }])
  await erase('queued@example.org')
  const left = await runInDurableObject(queue, (_, { storage }) => storage.sql.exec('SELECT key FROM mail').toArray())
  expect(left).toEqual([])
})
