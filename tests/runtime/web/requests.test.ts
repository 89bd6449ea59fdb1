import { describe, expect, test, vi } from 'vitest'
import { TEST_SETTINGS, TEST_TOKEN } from '../../settings.ts'
import { appWith } from '../../support/visitor.ts'

vi.setConfig({ testTimeout: 60_000 }) // the first request loads the whole Worker

const site = TEST_SETTINGS.PUBLIC_URL
const app = appWith({})
const ask = (method: string, path: string, init: RequestInit = {}) => app(new Request(site + path, { method, ...init }))
const bearer = { authorization: `Bearer ${TEST_TOKEN}` }
const SLUG = 'river-street-bakery'

describe('the address of a page', () => {
  test.each([
    ['/en', '/en/'],
    ['/EN/Campaigns/River-Street-Bakery.', `/en/campaigns/${SLUG}`],
    [`//en/campaigns/${SLUG}/?from=mail`, `/en/campaigns/${SLUG}?from=mail`],
    ['/en/sign-up%E2%80%9D', '/en/sign-up'],
    [`/campaigns/${SLUG}.txt).?lang=fr`, `/campaigns/${SLUG}.txt?lang=fr`],
  ])('%s leads to %s', async (path, to) => {
    const { status, headers } = await ask('GET', path)
    expect([status, headers.get('location')]).toEqual([308, to])
    expect((await ask('GET', to)).status).toBe(200)
  })

  test.each(['a'.repeat(505), '%0d%0aX:y', '%00', '%01x', 'a%3Fb%23c', '..%2f..', '-', 'ä'])(
    'with %s in the place of a campaign is not found, and nothing of it gets into a header',
    async (slug) => {
      const urls = [
        `/en/campaigns/${slug}`,
        `/campaigns/${slug}/letters`,
        `/campaigns/${slug}/messages`,
        `/campaigns/${slug}/endorsements`,
        `/embed/${slug}`,
        `/en/campaigns/${slug}/write`,
        `/en/campaigns/${slug}/event.ics`,
      ]
      for (const url of urls) {
        const { status, headers } = await ask('GET', url, { redirect: 'manual' })
        expect([url, status]).toEqual([url, headers.has('location') ? 308 : 404])
        expect(headers.get('location') ?? '').toMatch(/^(\/[\w/.%:-]*)?$/)
      }
      expect((await ask('GET', `/api/actions/${slug}`, { headers: bearer })).status).toBe(404)
      expect((await ask('GET', `/api/campaigns/${slug}`, { headers: bearer })).status).toBe(404)
    },
  )
})

describe('a method that a path does not have', () => {
  test.each([
    ['PUT', `/en/campaigns/${SLUG}`, 'GET, HEAD, OPTIONS'],
    ['POST', '/en/', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/en/sign-up', 'GET, HEAD, POST, OPTIONS'],
    ['GET', '/webhooks/resend', 'POST, OPTIONS'],
    ['PATCH', '/unsubscribe/token', 'GET, HEAD, POST, OPTIONS'],
  ])('%s %s is 405 and says which it has', async (method, path, allow) => {
    const answer = await ask(method, path)
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow])
    const isPage = path === '/en/'
    expect(answer.headers.get('content-type')).toContain(isPage ? 'text/html' : 'application/problem+json')
  })

  test('is 405 in the API too, for those with a token', async () => {
    expect((await ask('DELETE', '/api/campaigns')).status).toBe(401)
    const answer = await ask('DELETE', '/api/campaigns', { headers: bearer })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
    expect((await ask('GET', '/api/nothing', { headers: bearer })).status).toBe(404)
  })

  test('OPTIONS lists the methods', async () => {
    const answer = await ask('OPTIONS', '/my-data')
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET, HEAD, POST, OPTIONS'])
  })
})

/** A body that ends in the middle, as when a connection breaks. */
const cut = (text: string) =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text))
      controller.error(new Error('Network connection lost.'))
    },
  })

describe('a body that breaks off', () => {
  test.each([
    ['/en/sign-up', 'application/x-www-form-urlencoded', 'text/html'],
    ['/my-data', 'multipart/form-data; boundary=x', 'text/html'],
    [`/campaigns/${SLUG}/letters`, 'application/x-www-form-urlencoded', 'text/html'],
    ['/en/sign-up', 'application/json', 'application/problem+json'],
    ['/api/dispatches', 'application/json', 'application/problem+json'],
    ['/api/supporters/look-up', 'application/json', 'application/problem+json'],
  ])('is a 400 at %s as %s', async (path, type, answered) => {
    const headers = { 'content-type': type, origin: site, ...(path.startsWith('/api/') && bearer) }
    const answer = await ask('POST', path, { headers, body: cut('email=a') })
    expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([400, answered])
  })
})
