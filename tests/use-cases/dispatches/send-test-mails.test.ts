import { expect, test } from 'vitest'
import { parseSettings } from '../../../src/env.ts'
import type { TransactionalMail } from '../../../src/mailbox/transactional-mail.ts'
import { sendTestMails, type TestMailsDeps } from '../../../src/use-cases/dispatches/send-test-mails.ts'
import { TEST_SETTINGS } from '../../settings.ts'
import { ferry } from '../../support/campaign.ts'

/** Mailbox queues that take this many mails each. */
async function world(room: number) {
  const { settings } = await parseSettings(TEST_SETTINGS)
  if (settings === undefined) throw new Error('the settings of tests are complete')
  const posted: Array<{ mailbox: string; mail: TransactionalMail }> = []
  const deps: TestMailsDeps = {
    now: Date.UTC(2026, 10, 22),
    settings,
    campaign: async () => ferry,
    take: async (addresses) => ({ isGranted: true, left: 50 - addresses }),
    isSuppressed: async () => false,
    async post(mailbox, mail) {
      if (posted.filter((one) => one.mailbox === mailbox).length >= room) return 'full'
      posted.push({ mailbox, mail })
      return 'queued'
    },
  }
  return { deps, posted }
}

const TO = ['a@example.org', 'b@example.org']

test('each mail has a key of its own, so that none is taken for another', async () => {
  const { deps, posted } = await world(20)
  const outcome = await sendTestMails(deps, { campaign: 'ferry', to: TO })
  const kinds = 3
  const mails = kinds * Object.keys(ferry.words).length
  expect(outcome).toMatchObject({ kind: 'queued', mails: 2 * mails, addresses: 2, leftToday: 48, notSent: [] })
  expect(new Set(posted.map(({ mailbox, mail }) => `${mailbox} ${mail.key}`)).size).toBe(2 * mails)
})

test('a full mailbox queue is told once for each address, with what was queued before', async () => {
  const { deps, posted } = await world(4)
  const outcome = await sendTestMails(deps, { campaign: 'ferry', to: TO, emails: ['appeal'] })
  expect(outcome).toMatchObject({ kind: 'queued', mails: 8, addresses: 2 })
  if (outcome.kind !== 'queued') return expect.unreachable()
  expect(outcome.notSent.map(({ path }) => path).sort()).toEqual(['to.0', 'to.1'])
  expect(posted).toHaveLength(8)
})

test.each([
  ['draft', { ...ferry, status: 'draft' as const }],
  ['closed', { ...ferry, status: 'closed' as const }],
  ['past its last day', { ...ferry, doNotUseAfter: '2026-11-21' }],
])('a campaign that is %s can be tested', async (_, campaign) => {
  const { deps } = await world(20)
  const outcome = await sendTestMails({ ...deps, campaign: async () => campaign }, { campaign: 'ferry', to: TO })
  expect(outcome.kind).toBe('queued')
})
