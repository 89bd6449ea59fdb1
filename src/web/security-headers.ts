import type { MiddlewareHandler } from 'hono'
import type { Settings } from '../env.ts'

const TURNSTILE_ORIGIN = 'https://challenges.cloudflare.com'
/** Seconds: two years. */
const HSTS_SECONDS = 63_072_000

/**
 * What a page may load and where its forms may go: our own style sheet, our own pictures and forms, and nothing else. `framedBy`: no page
 * but the one made for it may stand in another site's frame, where a press of a button could be stolen.
 */
export function contentSecurityPolicy(turnstile: boolean, framedBy: "'none'" | '*' = "'none'"): string {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:", // the icon; a picture from elsewhere would tell others who reads a case
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${framedBy}`,
    ...(turnstile ? [`script-src ${TURNSTILE_ORIGIN}`, `frame-src ${TURNSTILE_ORIGIN}`] : []),
  ]
  return policy.join('; ')
}

/** Headers of every answer; one that a route has set itself stays. */
export function securityHeaders(
  settings: Pick<Settings, 'publicUrl' | 'turnstile'> | undefined,
): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(settings?.turnstile !== undefined),
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()',
    // Not no-referrer: browsers then send `Origin: null` with our own forms, and own and foreign could not be told apart.
    'referrer-policy': 'same-origin',
    // Without includeSubDomains: what else lives below the deployer's domain is not ours to decide.
    ...(settings?.publicUrl.startsWith('https://') && { 'strict-transport-security': `max-age=${HSTS_SECONDS}` }),
  }
}

/** `settingsOf`: none while the settings are faulty; the answer that says so gets the headers too. */
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

/** For pages behind a link that is a key: not kept by caches, not told to the next site, not listed. */
export const LINK_PAGE_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
} as const
