import { createMiddleware } from 'hono/factory'
import { findApiToken, hasScope, type Scope } from '../security/bearer.ts'
import { problem } from '../web/problem.ts'
import type { Api } from './context.ts'

const BEARER = /^Bearer +([A-Za-z0-9._~+/-]{16,200}=*)$/i

/** RFC 6750: who is calling. Everything under /api needs a token, the description of the API excepted. */
export const authenticate = createMiddleware<Api>(async (c, next) => {
  const presented = BEARER.exec(c.req.header('authorization') ?? '')?.[1]
  const token = presented === undefined ? null : await findApiToken(presented, c.var.settings.tokens)
  if (token === null) {
    const detail = 'send Authorization: Bearer with one of the tokens whose hash is in API_TOKENS'
    return problem(
      c,
      { status: 401, title: 'No valid API token', detail },
      { 'www-authenticate': 'Bearer realm="tocsin"' },
    )
  }
  c.set('token', token)
  await next()
})

/** What they may do. */
export const scope = (needed: Scope) =>
  createMiddleware<Api>(async (c, next) => {
    if (!hasScope(c.var.token, needed)) {
      const detail = `the token ${c.var.token.name} has ${c.var.token.scopes.join(', ')}; this needs ${needed}`
      return problem(
        c,
        { status: 403, title: 'This token may not do that', detail },
        { 'www-authenticate': `Bearer scope="${needed}"` },
      )
    }
    await next()
  })
