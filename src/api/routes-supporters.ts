import { type Context, Hono } from 'hono'
import type { Result } from '../kit/result.ts'
import { eraseByAddress, findByAddress, suppressByAddress } from '../supporters/own-data/admin-requests.ts'
import { runtimeDeps } from '../supporters/runtime-deps.ts'
import { problem } from '../web/problem.ts'
import { scope } from './authentication.ts'
import { supporterAct } from './bodies.ts'
import type { Api } from './context.ts'
import { readJson } from './json-body.ts'

/** What organisers do for a person who asked by reply, post or phone. The address comes in the body, and no answer repeats it. */
export const supporterApi = new Hono<Api>()

supporterApi.use('*', scope('supporters'))

supporterApi.post('/look-up', (c) => onBehalf(c, async ({ email }, deps) => findByAddress(deps, email)))
supporterApi.post('/erase', (c) =>
  onBehalf(c, async ({ email }, deps) => done(await eraseByAddress(deps, email), 'erased')),
)
supporterApi.post('/suppress', (c) =>
  onBehalf(c, async ({ email, reason }, deps) => {
    const because = reason === 'complaint' ? 'complained' : 'unsubscribed'
    return done(await suppressByAddress(deps, email, because), 'suppressed')
  }),
)

type Asked = { email: string; reason: string }

async function onBehalf(
  c: Context<Api>,
  act: (asked: Asked, deps: ReturnType<typeof runtimeDeps>) => Promise<Result<unknown, string>>,
) {
  const body = await readJson(c, supporterAct)
  if (body.refused) return body.refused
  const acted = await act(body.value, runtimeDeps(c.env, c.var.settings))
  if (acted.ok) return c.json(acted.value)
  return problem(c, {
    status: 422,
    title: 'Not an address',
    errors: [{ path: 'email', message: `expected one e-mail address (${acted.error})` }],
  })
}

const done = (result: Result<null, string>, status: string): Result<{ status: string }, string> =>
  result.ok ? { ok: true, value: { status } } : result
