import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { issueToken, LIFETIME_MS, type Purpose } from '../../src/security/token.ts'
import { type ConfirmationKind, confirmRoutes } from '../../src/web/confirm-routes.ts'
import type { SiteEnv } from '../../src/web/responses.tsx'
import { testSettings } from '../support/supporter-world.ts'

const settings = await testSettings()
const kind = (name: string): ConfirmationKind => ({
  show: (c, { payload }) => c.text(`show ${name} ${payload}`),
  confirm: (c, { payload }) => c.text(`confirm ${name} ${payload}`),
  expired: (c) => c.text(`expired ${name}`, 410),
})
const app = new Hono<SiteEnv>()
  .use(async (c, next) => {
    c.set('settings', settings)
    await next()
  })
  .route('/', confirmRoutes({ confirm: kind('sign-up'), letter: kind('letter'), voice: kind('submission') }))

const ask = async (token: string, method = 'GET') => {
  const answer = await app.request(`/confirm/${token}`, { method })
  return { status: answer.status, text: await answer.text() }
}
const token = (purpose: Purpose, at = Date.now()) => issueToken(settings.keys, purpose, 'payload', at)

test.each([
  ['confirm', 'sign-up'],
  ['letter', 'letter'],
  ['voice', 'submission'],
] as const)('a link made for “%s” is answered as a %s, and by nothing else', async (purpose, name) => {
  expect(await ask(await token(purpose))).toEqual({ status: 200, text: `show ${name} payload` })
  expect(await ask(await token(purpose), 'POST')).toEqual({ status: 200, text: `confirm ${name} payload` })
  const late = await token(purpose, Date.now() - LIFETIME_MS[purpose] - 1_000)
  for (const method of ['GET', 'POST'])
    expect(await ask(late, method)).toEqual({ status: 410, text: `expired ${name}` })
})

test('a token of another purpose, or a truncated token, confirms nothing', async () => {
  const whole = await token('letter')
  for (const wrong of [await token('preferences'), whole.slice(0, -4), 'x'])
    for (const method of ['GET', 'POST']) expect((await ask(wrong, method)).status).toBe(404)
})
