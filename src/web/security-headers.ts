import type { MiddlewareHandler } from 'hono'
import type { Settings } from '../env.ts'

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
    "style-src 'self'",
    "img-src 'self' data:", // `data:` for the icon; a picture from another site would reveal to it who reads a case
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${framedBy}`,
    ...(turnstile ? [`script-src ${TURNSTILE_ORIGIN}`, `frame-src ${TURNSTILE_ORIGIN}`] : []),
  ]
  return policy.join('; ')
}

/** Security headers of every response. A header set by a route takes precedence. */
export function securityHeaders(
  settings: Pick<Settings, 'publicUrl' | 'turnstile'> | undefined,
): Record<string, string> {
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

/**
 * Middleware that adds the security headers. `settingsOf` gives undefined while settings are faulty; the headers are
 * still set.
 */
export const secureHeaders =
  <E extends object>(
    settingsOf: (env: E) => Promise<Pick<Settings, 'publicUrl' | 'turnstile'> | undefined>,
  ): MiddlewareHandler<{ Bindings: E }> =>
  async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(securityHeaders(await settingsOf(c.env)))) {
      if (!c.res.headers.has(name)) c.header(name, value)
    }
  }

/** Headers of pages behind a link with a token: no caching, no referrer, no indexing. */
export const LINK_PAGE_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
} as const
