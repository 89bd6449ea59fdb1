import { expect, test } from 'vitest'
import { dispatchRequestBodySchema } from '../../../src/dispatch/dispatch-request.ts'
import { parseSettings } from '../../../src/env.ts'
import type { TransactionalMail } from '../../../src/mailbox/transactional-mail.ts'
import { sendTestMail, type TestMailDeps } from '../../../src/use-cases/dispatches/send-test-mail.ts'
import { TEST_SETTINGS } from '../../settings.ts'
import { ferry } from '../../support/campaign.ts'

const request = (audience: object = {}) =>
  dispatchRequestBodySchema.parse({ campaign: ferry.slug, revision: ferry.revision, email: 'appeal', audience })

async function world(more: Partial<TestMailDeps> = {}) {
  const { settings } = await parseSettings(TEST_SETTINGS)
  if (settings === undefined) throw new Error('the settings of tests are complete')
  const posted: TransactionalMail[] = []
  const deps: TestMailDeps = {
    now: Date.UTC(2026, 10, 22),
    settings,
    isSuppressed: async () => false,
    async post(_, mail) {
      posted.push(mail)
      return 'queued'
    },
    ...more,
  }
  return { deps, posted }
}

test('a test mail is the mail of the dispatch, marked as a test, with a valid unsubscribe link', async () => {
  const { deps, posted } = await world()
  expect(await sendTestMail(deps, ferry, request({ locales: ['kk'] }), ' Me@Example.org ')).toEqual({
    ok: true,
    value: 'kk',
  })
  const [mail] = posted
  expect(mail).toMatchObject({ email: 'appeal', locale: 'kk', campaign: 'ferry' })
  expect(mail?.test?.unsubscribe).toMatch(/^http:\/\/127\.0\.0\.1:8787\/unsubscribe\/[\w-]+$/)
})

test('a test mail is in English without a language in the audience', async () => {
  const { deps } = await world()
  expect(await sendTestMail(deps, ferry, request(), 'me@example.org')).toEqual({ ok: true, value: 'en' })
})

test('sends no test mail to an invalid or suppressed address, or to a full mailbox queue', async () => {
  const { deps, posted } = await world()
  expect((await sendTestMail(deps, ferry, request(), 'nobody')).ok).toBe(false)
  const suppressed = await world({ isSuppressed: async () => true })
  expect((await sendTestMail(suppressed.deps, ferry, request(), 'me@example.org')).ok).toBe(false)
  const full = await world({ post: async () => 'full' })
  expect((await sendTestMail(full.deps, ferry, request(), 'me@example.org')).ok).toBe(false)
  expect([...posted, ...suppressed.posted]).toEqual([])
})
