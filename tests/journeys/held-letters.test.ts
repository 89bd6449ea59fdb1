import { reset, runInDurableObject } from 'cloudflare:test'
import { beforeEach, expect, test } from 'vitest'
import type { ActionsReport } from '../../src/actions/actions-report.ts'
import { HELD_MS } from '../../src/actions/submissions/held-letters.ts'
import { campaignActionsOf } from '../../src/objects.ts'
import { elements } from '../support/html.ts'
import { Organiser, sleep } from '../support/organiser.ts'
import { agedStamp, bindings, linkIn, mailsTo, mailTo, Visitor } from '../support/visitor.ts'

const organiser = new Organiser()
beforeEach(reset)

const MODERATORS = 'moderators:\n  - { email: reader@example.org, locale: en }\n'
const YAML = `slug: dyke
status: STATUS
opened: 2026-03-01
country: NO
topics: [transport]
MODERATORStargets:
  - id: director
    role: Director of the dyke
    locale: en
    salutation: Dear Director
    channels: { email: [director@dyke.example] }
    ladder: [each]
    caps: { perHour: 360000 }
`
const EN = `---\ntitle: Mend the dyke\nsummary: They stand outside.\nsubjects: { appeal: Mend }\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\nPlease.\n`
const publish = (status = 'open', moderators = MODERATORS) =>
  organiser.ask('PUT', '/api/campaigns/dyke', {
    files: { 'campaign.yaml': YAML.replace('STATUS', status).replace('MODERATORS', moderators), 'en.md': EN },
  })

const LINKED = 'Please look at https://photos.example/dyke before you decide.'
const ADDRESS = 'director@dyke.example'

const write = async (email: string, form: Record<string, string> = {}) =>
  new Visitor().send('/campaigns/dyke/letters', {
    ...{ name: 'Anna Dyker', sentence: LINKED, locale: 'en', email, stamp: await agedStamp() },
    ...form,
  })

/** Sends a letter that is to be read first, and confirms it. */
async function hold(email: string, form: Record<string, string> = {}): Promise<string> {
  expect((await write(email, { linked: 'read', ...form })).status).toBe(303)
  const link = linkIn(await mailTo(email, 1), 'confirm')
  expect(await (await new Visitor().ask(link)).text()).toContain('so a moderator reads it before it is sent')
  expect(await (await new Visitor().send(link)).text()).toContain('Thank you: your letter is waiting for a moderator')
  return link
}

type Item = { id: string; kind: string } & Record<string, unknown>
const pending = async () => (await organiser.ask<{ items: Item[] }>('GET', '/api/moderation')).json.items
const decide = (id: string, decision: string) => organiser.ask('POST', `/api/moderation/${id}`, { decision })
const numbers = async () => (await organiser.ask<ActionsReport>('GET', '/api/actions/dyke')).json.numbers

async function until(done: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) if (await done()) return
  throw new Error('expected state not reached')
}

/** Lets the held letters be so much older, and wakes the object. */
const age = (ms: number) =>
  runInDurableObject(campaignActionsOf(bindings, 'dyke'), async (actions, { storage }) => {
    storage.sql.exec('UPDATE submission SET at = at - ?', ms)
    await actions.handleCampaignChange()
  })
const texts = () =>
  runInDurableObject(
    campaignActionsOf(bindings, 'dyke'),
    (_, { storage }) => storage.sql.exec('SELECT sealed FROM submission WHERE sealed IS NOT NULL').toArray().length,
  )

test.each([
  'see www.prize and win, all of you',
  'Write to boss@dyke.example today.',
  'Pay at evil.com now, please.',
  'Ответьте на выигрыш.рф, пожалуйста.',
  'Ask anna (at) example.org about it.',
])('a letter that says “%s” is not sent unread: the form offers to take it out', async (sentence) => {
  await publish('open', '')
  const refused = await write('anna@example.org', { sentence })
  expect(refused.status).toBe(422)
  const page = await refused.text()
  const choices = elements(page, 'input').filter(({ attributes }) => attributes.name === 'linked')
  expect(choices.map(({ attributes }) => attributes.value)).toEqual(['remove']) // nobody there to read it
  expect((await write('anna@example.org', { sentence, linked: 'read' })).status).toBe(422)
  expect(await mailsTo('anna@example.org')).toEqual([])
})

test('with the link taken out the rest of the letter goes at once', async () => {
  await publish('open', '')
  expect((await write('anna@example.org', { linked: 'remove' })).status).toBe(303)
  await new Visitor().send(linkIn(await mailTo('anna@example.org', 1), 'confirm'))
  const letter = await mailTo(ADDRESS, 1)
  expect(letter.text).toContain('Please look at before you decide.')
  expect(letter.text + letter.html).not.toContain('photos.example')
})

test('a letter with a link is read before it is sent, without its writer’s address, and sent once when it is accepted', async () => {
  await publish()
  const offered = elements(await (await write('anna@example.org')).text(), 'input')
  expect(
    offered.filter(({ attributes }) => attributes.name === 'linked').map(({ attributes }) => attributes.value),
  ).toEqual(['remove', 'read'])
  const link = await hold('anna@example.org', { consent: 'shown' })
  expect(await (await new Visitor().ask(link)).text()).toContain('your letter is waiting for a moderator')
  expect((await mailTo('reader@example.org', 1)).text).toContain('A letter with a web or email address')
  const [item, ...more] = await pending()
  expect(more).toEqual([])
  expect(item).toMatchObject({ kind: 'letter', name: 'Anna Dyker', text: LINKED, acceptable: true })
  expect(JSON.stringify(item)).not.toContain('anna@')
  expect([await mailsTo(ADDRESS), (await numbers()).confirmed]).toEqual([[], 0])

  const answers = await Promise.all([decide(item?.id ?? '', 'accept'), decide(item?.id ?? '', 'accept')])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  expect((await mailTo(ADDRESS, 1)).text).toContain(LINKED)
  expect((await mailTo('anna@example.org', 2)).text).toContain('their mail server accepted it on')
  expect((await mailsTo(ADDRESS)).length).toBe(1)
  expect([await pending(), await texts(), (await numbers()).confirmed]).toEqual([[], 0, 1])
  const signed = await organiser.ask<{ signatures: unknown[] }>('GET', '/api/actions/dyke/signatures')
  expect(signed.json.signatures).toEqual([expect.objectContaining({ name: 'Anna Dyker' })])
})

test.each([
  ['refused', 'and did not accept it.'],
  ['undecided', 'There was no decision within seven days.'],
  ['over', 'The campaign ended before that.'],
])('a letter that is %s goes back to its writer once, with the reason, and to nobody else', async (how, reason) => {
  await publish()
  await hold('boris@example.org')
  const [item] = await pending()
  if (how === 'refused') await decide(item?.id ?? '', 'refuse')
  else if (how === 'over') await publish('closed')
  else await age(HELD_MS + 1_000)
  const returned = await mailTo('boris@example.org', 2)
  for (const part of [reason, LINKED]) expect(returned.text).toContain(part)
  await until(async () => (await texts()) === 0)
  await age(HELD_MS)
  await sleep(500)
  expect([(await mailsTo('boris@example.org')).length, await mailsTo(ADDRESS), await pending()]).toEqual([2, [], []])
  expect((await decide(item?.id ?? '', 'accept')).status).toBe(409)
})

test('a letter waits for its moderator up to the seventh day, and a returned writer may write again', async () => {
  await publish()
  await hold('carla@example.org')
  await age(HELD_MS - 60_000)
  await sleep(500)
  expect((await pending()).length).toBe(1)
  await age(60_000)
  await mailTo('carla@example.org', 2)
  const again = await runInDurableObject(campaignActionsOf(bindings, 'dyke'), async (actions) => {
    const draft = { locale: 'en', email: 'carla@example.org', name: 'Carla Dyker', shown: false, updates: false }
    const confirm = async (sentence: string) =>
      (await actions.confirmLetter((await actions.storeLetterDraft('dyke', { ...draft, sentence })) ?? '')).kind
    return [
      await confirm(LINKED),
      await confirm(LINKED),
      await confirm('Without any link this time.'),
      await confirm(LINKED),
    ]
  })
  expect(again).toEqual(['held', 'already', 'confirmed', 'already'])
})

test('a writer whose data is erased while the letter waits gets no mail, and nothing of it is left', async () => {
  await publish()
  await hold('dora@example.org')
  const erased = await organiser.ask('POST', '/api/supporters/erase', { email: 'dora@example.org', reason: 'reply' })
  expect(erased.status).toBe(200)
  expect([await pending(), await texts()]).toEqual([[], 0])
  await age(HELD_MS)
  await sleep(500)
  expect((await mailsTo('dora@example.org')).length).toBe(1)
})
