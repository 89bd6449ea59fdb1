import { reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import { campaignActionsOf } from '../../src/objects.ts'
import { Organiser } from '../support/organiser.ts'
import { bindings, linkIn, mailsTo, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)

const organiser = new Organiser()
const HOUR_MS = 3_600_000
const FILES = {
  'campaign.yaml': `slug: dyke
status: open
opened: 2026-03-01
country: NO
topics: [transport]
targets:
  - id: director
    role: Director of the dyke
    locale: en
    salutation: Dear Director
    channels: { post: [1 Dyke Road] }
    ladder: [paper]
moderators:
  - { email: english@example.org, locale: en }
  - { email: russian@example.org, locale: ru }
  - { email: both@example.org, locale: en, languages: [en, fr] }
`,
  'en.md':
    '---\ntitle: Mend the dyke\nsummary: They stand outside.\nsubjects: { appeal: Mend }\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\nPlease.\n',
}
const publish = () => organiser.ask('PUT', '/api/campaigns/dyke', { files: FILES })
const reply = (locale: string, text: string) =>
  organiser.ask('POST', '/api/actions/dyke/replies', { target: 'director', date: '2026-11-20', locale, text })
const ring = () => runDurableObjectAlarm(campaignActionsOf(bindings, 'dyke'))
const mailCounts = async () =>
  Promise.all(['english', 'russian', 'both'].map(async (who) => (await mailsTo(`${who}@example.org`)).length))

/** Makes the last round of mails so much older, and lets the next one leave. */
async function later(ms: number): Promise<void> {
  await runInDurableObject(campaignActionsOf(bindings, 'dyke'), async (actions, { storage }) => {
    storage.kv.put('moderated', Number(storage.kv.get('moderated')) - ms)
    await actions.handleCampaignChange()
  })
  await ring()
}

test('moderators get what is in their languages, and what one passes on goes to the others, once', async () => {
  await publish()
  await reply('ru', 'Мы всё изучим.')
  await ring()
  const link = linkIn(await mailTo('russian@example.org', 1), 'moderate')
  expect(await mailCounts()).toEqual([0, 1, 0])

  for (const _ of [1, 2])
    expect(await (await new Visitor().send(link, { decision: 'pass-on' })).text()).toContain('Передано')
  await later(HOUR_MS)
  await mailTo('english@example.org', 1)
  await mailTo('both@example.org', 1)
  expect(await mailCounts()).toEqual([1, 1, 1])
  await later(25 * HOUR_MS) // the daily reminder
  await mailTo('english@example.org', 2)
  await mailTo('both@example.org', 2)
  expect(await mailCounts()).toEqual([2, 1, 2])

  const other = linkIn(await mailTo('both@example.org', 1), 'moderate')
  expect(await (await new Visitor().send(other, { decision: 'accept' })).text()).toContain('Accepted')
  expect(await (await new Visitor().send(link, { decision: 'pass-on' })).text()).toContain('Принято')
})

test('what waits in a language that nobody reads goes to all moderators at once', async () => {
  await publish()
  await reply('lv', 'Mēs to izskatīsim.')
  await ring()
  await expect.poll(mailCounts, { timeout: 30_000 }).toEqual([1, 1, 1])
})
