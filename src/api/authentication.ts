import { createMiddleware } from 'hono/factory'
import { findApiToken, hasScope, type Scope } from '../security/bearer.ts'
import { problem } from '../web/problem.ts'
import type { Api } from './context.ts'

const BEARER = /^Bearer +([A-Za-z0-9._~+/-]{16,200}=*)$/i

/** Sets `c.var.token` from the bearer token (RFC 6750); answers 401 without a valid one. Only the OpenAPI document needs none. */
export const authenticate = createMiddleware<Api>(async (c, next) => {
  const presented = BEARER.exec(c.req.header('authorization') ?? '')?.[1]
  const token = presented === undefined ? null : await findApiToken(presented, c.var.settings.tokens)
  if (token === null) {
    const detail = 'expected Authorization: Bearer with a token whose SHA-256 is in API_TOKENS'
    return problem(
      c,
      { status: 401, title: 'No valid API token', detail },
      { 'www-authenticate': 'Bearer realm="tocsin"' },
    )
  }
  c.set('token', token)
  await next()
})

/** Answers 403 unless the token has the scope. Runs after `authenticate`. */
export const scope = (needed: Scope) =>
  createMiddleware<Api>(async (c, next) => {
    if (!hasScope(c.var.token, needed)) {
      const detail = `found scopes ${c.var.token.scopes.join(', ')} of token ${c.var.token.name}; expected ${needed}`
      return problem(
        c,
        { status: 403, title: 'Token lacks the scope', detail },
        { 'www-authenticate': `Bearer scope="${needed}"` },
      )
    }
    await next()
  })
