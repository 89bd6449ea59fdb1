import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { expect, test, vi } from 'vitest'
import { contentSecurityPolicy, secureHeaders, securityHeaders } from '../../src/web/security-headers.ts'
import { STYLE } from '../../src/web/style.gen.ts'

const https = { publicUrl: 'https://act.example.org', turnstile: undefined }

test('the policy allows own styles, pictures and forms, and nothing else', () => {
  const hash = createHash('sha256').update(STYLE).digest('base64')
  expect(contentSecurityPolicy(false)).toBe(
    `default-src 'none'; style-src 'self' 'sha256-${hash}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  )
  expect(contentSecurityPolicy(false, '*')).toBe(
    contentSecurityPolicy(false).replace("ancestors 'none'", 'ancestors *'),
  )
  expect(contentSecurityPolicy(true)).toContain(
    '; script-src https://challenges.cloudflare.com; frame-src https://challenges.cloudflare.com',
  )
})

test('Strict-Transport-Security is set only on https, and never for subdomains', () => {
  expect(securityHeaders(https)['strict-transport-security']).toBe('max-age=63072000')
  expect(securityHeaders({ ...https, publicUrl: 'http://127.0.0.1:8787' })).not.toHaveProperty(
    'strict-transport-security',
  )
  expect(securityHeaders(undefined)).not.toHaveProperty('strict-transport-security')
})

test('every response has the headers, errors included; a header set by a route stays', async () => {
  const app = new Hono()
  app.use(secureHeaders(async () => https))
  app.get('/own', (c) => c.text('x', 200, { 'referrer-policy': 'no-referrer' }))
  app.get('/broken', () => {
    throw new Error('broken')
  })
  app.onError((_, c) => c.text('sorry', 500))
  for (const [path, status, referrer] of [
    ['/own', 200, 'no-referrer'],
    ['/broken', 500, 'same-origin'],
    ['/missing', 404, 'same-origin'],
  ] as const) {
    const answer = await app.request(path)
    expect([answer.status, answer.headers.get('referrer-policy')]).toEqual([status, referrer])
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(answer.headers.get('permissions-policy')).toContain('geolocation=()')
  }
})

const withTurnstile = { ...https, turnstile: { siteKey: 'k', secret: 's', url: 'https://challenges.example.org' } }

test('a response has the headers of its settings, and no header twice, whatever answered', async () => {
  const bodies: Record<string, () => Response> = {
    '/bytes': () => new Response(new TextEncoder().encode('<p>x')),
    '/nothing': () => new Response(null, { status: 204 }),
    '/moved': () => Response.redirect('https://act.example.org/en/', 308), // its headers cannot be changed
    '/cookies': () =>
      new Response('x', {
        headers: [
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ],
      }),
    '/own': () => new Response('x', { headers: { 'Content-Security-Policy': contentSecurityPolicy(false, '*') } }),
  }
  for (const settings of [https, { ...https, publicUrl: 'http://127.0.0.1:1' }, withTurnstile, undefined])
    for (const [path, respond] of Object.entries(bodies)) {
      const app = new Hono()
      app.use(secureHeaders(async () => settings))
      app.get(path, respond)
      const [answer, plain] = [await app.request(path), respond()]
      const expected = new Headers(plain.headers)
      for (const [name, value] of Object.entries(securityHeaders(settings)))
        if (!expected.has(name)) expected.set(name, value)
      expect([answer.status, [...answer.headers]]).toEqual([plain.status, [...expected]])
      expect(await answer.text()).toBe(await plain.text())
    }
})

test('the headers are computed once, and no response is made again', async () => {
  const read = vi.fn(() => 'https://act.example.org')
  const settings = {
    turnstile: undefined,
    get publicUrl() {
      return read()
    },
  }
  const made: Response[] = []
  const answered: Response[] = []
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    answered.push(c.res)
  })
  app.use(secureHeaders(async () => settings))
  app.get('/', () => {
    const response = new Response('x')
    made.push(response)
    return response
  })
  for (let n = 0; n < 3; n++) await app.request('/')
  expect(answered.map((one, n) => one === made[n])).toEqual([true, true, true])
  expect(read).toHaveBeenCalledTimes(1)
})
