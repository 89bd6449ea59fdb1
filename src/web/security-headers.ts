import type { Context, MiddlewareHandler } from 'hono'
import type { Settings } from '../env.ts'
import { STYLE_ALLOWED } from './style.gen.ts'

const TURNSTILE_ORIGIN = 'https://challenges.cloudflare.com'
/** Two years in seconds. */
const HSTS_SECONDS = 63_072_000

/**
 * The Content-Security-Policy of a page: own styles, pictures and forms, and nothing else. `framedBy` is `*` only for
 * the embedded page, because in a foreign frame a click on a button could be stolen.
 */
export function contentSecurityPolicy(turnstile: boolean, framedBy: "'none'" | '*' = "'none'"): string {
  const policy = [
    "default-src 'none'",
    `style-src 'self' ${STYLE_ALLOWED}`,
    "img-src 'self' data:", // `data:` for the icon; a picture from another site would reveal to it who reads a case
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${framedBy}`,
    ...(turnstile ? [`script-src ${TURNSTILE_ORIGIN}`, `frame-src ${TURNSTILE_ORIGIN}`] : []),
  ]
  return policy.join('; ')
}

/** Security headers of every response. A header set by a route takes precedence. */
export function securityHeaders(settings: HeaderSettings | undefined): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(settings?.turnstile !== undefined),
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()',
    // Not no-referrer: browsers would send `Origin: null` with our own forms, which makes own and foreign requests look alike.
    'referrer-policy': 'same-origin',
    // No includeSubDomains: other sites below the deployer's domain are not ours to decide about.
    ...(settings?.publicUrl.startsWith('https://') && { 'strict-transport-security': `max-age=${HSTS_SECONDS}` }),
  }
}

type HeaderSettings = Pick<Settings, 'publicUrl' | 'turnstile'>

/** The headers of each settings of this isolate. */
const known = new WeakMap<HeaderSettings, ReadonlyArray<readonly [name: string, value: string]>>()
const WITHOUT_SETTINGS = Object.entries(securityHeaders(undefined))

function headersOf(settings: HeaderSettings | undefined) {
  if (settings === undefined) return WITHOUT_SETTINGS
  const headers = known.get(settings) ?? Object.entries(securityHeaders(settings))
  known.set(settings, headers)
  return headers
}

/**
 * Middleware that adds the security headers. `settingsOf` gives undefined while settings are faulty; the headers are
 * still set.
 */
export const secureHeaders =
  <E extends object>(settingsOf: (env: E) => Promise<HeaderSettings | undefined>): MiddlewareHandler<{ Bindings: E }> =>
  async (c, next) => {
    await next()
    addMissing(c, headersOf(await settingsOf(c.env)))
  }

/** Sets headers in place: Hono's `c.header` would make another Response for each. Only a response of `fetch` has to be copied. */
function addMissing(c: Context, headers: ReadonlyArray<readonly [name: string, value: string]>): void {
  const { res } = c
  const missing = headers.filter(([name]) => !res.headers.has(name))
  try {
    for (const [name, value] of missing) res.headers.set(name, value)
  } catch {
    for (const [name, value] of missing) c.header(name, value)
  }
}

/** Headers of pages behind a link with a token: no caching, no referrer, no indexing. */
export const LINK_PAGE_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
} as const
