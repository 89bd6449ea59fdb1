import { reset, runDurableObjectAlarm } from 'cloudflare:test'
import { beforeEach, expect, test, vi } from 'vitest'
import type { ActionsReport } from '../../src/actions/actions-report.ts'
import { campaignActionsOf, importOf, mailboxQueueOf } from '../../src/objects.ts'
import type { ImportView } from '../../src/supporters/import/status.ts'
import { Organiser } from '../support/organiser.ts'
import { addressOf, testSettings } from '../support/supporter-world.ts'
import { agedStamp, bindings, linkIn, mailsTo, mailTo, Visitor } from '../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 })
beforeEach(reset)

const anna = new Organiser()
const FILES = {
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
    channels: { email: [minister@state.example] }
    ladder: [each]
    caps: { perHour: 360000 }
`,
  'en.md': `---
title: Quay
summary: They stand outside.
subjects: { appeal: Quay }
---

## Appeal

Come.

## Letter

Please take them back.

## Update 2026-11-29 Back at the gate

Twenty stood there.
`,
}

const acceptedLetters = async () => (await anna.ask<ActionsReport>('GET', '/api/actions/quay')).json.numbers.accepted

async function write(email: string): Promise<void> {
  const typed = { name: 'Invented Writer', sentence: 'I know this quay.', locale: 'en', email, consent: 'updates' }
  await new Visitor().send('/campaigns/quay/letters', { ...typed, stamp: await agedStamp() })
  await new Visitor().send(linkIn(await mailTo(email, 1), 'confirm'))
}

const ringMailbox = async (email: string) => {
  const { fingerprint } = await testSettings()
  await runDurableObjectAlarm(mailboxQueueOf(bindings, await fingerprint(addressOf(email))))
}
const ringCampaign = () => runDurableObjectAlarm(campaignActionsOf(bindings, 'quay'))
const newsTo = async (email: string) => (await mailsTo(email)).filter(({ text }) => text.includes('Twenty stood there'))
const tell = () => anna.ask('POST', '/api/actions/quay/tell', { about: 'update', updateId: '2026-11-29' })

test('while everything is stopped letters, news and confirmations of an import wait, and all of them leave once it goes on', async () => {
  await anna.ask('PUT', '/api/campaigns/quay', { files: FILES })
  await write('first@example.org')
  await expect.poll(acceptedLetters, { timeout: 10_000 }).toBe(1)

  expect((await anna.ask<{ openCalls: unknown[] }>('POST', '/api/stop')).json.openCalls).toEqual([])
  await write('second@example.org') // single mails, such as the letter's confirmation, still leave
  await tell()
  const csv = { 'content-type': 'text/csv' }
  const { json } = await anna.ask<ImportView>('POST', '/api/supporters/import', 'email\nlisted@example.org\n', csv)
  for (let round = 0; round < 3; round++) {
    await ringCampaign()
    await runDurableObjectAlarm(importOf(bindings, json.id))
    for (const email of ['first@example.org', 'second@example.org', 'listed@example.org']) await ringMailbox(email)
  }
  expect(await acceptedLetters()).toBe(1)
  expect([await newsTo('first@example.org'), await mailsTo('listed@example.org')]).toEqual([[], []])
  expect((await anna.ask<ActionsReport>('GET', '/api/actions/quay')).json.waitingFor).toContain(
    'npm run tocsin -- go-on',
  )

  await anna.ask('POST', '/api/go-on')
  await expect.poll(acceptedLetters, { timeout: 10_000 }).toBe(2)
  for (const email of ['first@example.org', 'second@example.org'])
    await expect.poll(async () => (await newsTo(email)).length, { timeout: 10_000 }).toBe(1)
  await runDurableObjectAlarm(importOf(bindings, json.id))
  await mailTo('listed@example.org', 1)
  expect((await anna.ask<ActionsReport>('GET', '/api/actions/quay')).json.waitingFor).toBeUndefined()
})

test('news that is queued when everything is stopped waits in its mailbox, even for longer than a mail is tried', async () => {
  await anna.ask('PUT', '/api/campaigns/quay', { files: FILES })
  await write('third@example.org')
  await expect.poll(acceptedLetters, { timeout: 10_000 }).toBe(1)
  await mailTo('third@example.org', 2) // the receipt
  const { fingerprint } = await testSettings()
  const mailbox = mailboxQueueOf(bindings, await fingerprint(addressOf('third@example.org')))
  await anna.ask('POST', '/api/stop')
  const mail = { key: 'news/quay/one', email: 'news', locale: 'en', to: { address: 'third@example.org' } } as const
  await mailbox.enqueue({
    ...mail,
    values: { outcome: '', stop: 'https://act.example.org/stop/x' },
    campaign: 'quay',
    updateId: '2026-11-29',
  })
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  try {
    for (let hours = 0; hours < 4; hours++) {
      await runDurableObjectAlarm(mailbox)
      vi.setSystemTime(Date.now() + 12 * 3_600_000)
    }
    expect(await newsTo('third@example.org')).toEqual([])
    await anna.ask('POST', '/api/go-on')
    await runDurableObjectAlarm(mailbox)
    expect(await newsTo('third@example.org')).toHaveLength(1)
  } finally {
    vi.useRealTimers()
  }
})
