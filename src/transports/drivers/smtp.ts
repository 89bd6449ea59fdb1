import * as z from 'zod'
import { isLoopback } from '../../kit/loopback.ts'
import { requiredText } from '../../kit/settings.ts'
import { defineDriver } from '../driver.ts'
import type { Credentials } from '../smtp/credentials.ts'
import { TIMEOUTS } from '../smtp/session.ts'
import { openSocket } from '../smtp/socket.ts'
import type { Server } from '../smtp/stream.ts'
import { smtp } from '../smtp/transport.ts'

/** Calls per second, of up to fifty mails each: 200 mails a second is more than most accounts may send. */
const CALLS_PER_SECOND = 4
/** Default simultaneous connections. Cloudflare allows six per invocation, and Tocsin's other requests need one or two. */
const CONNECTIONS = 4
const MAX_CONNECTIONS = 6
/**
 * Milliseconds that a bulk connection stays open for the next call. A transactional one closes at once: the next mail may be
 * hours away.
 */
const IDLE_MS = 2_000

const SUBMISSION_PORT = 587
const SUBMISSIONS_PORT = 465
const EXPECTED = 'expected smtps://host (implicit TLS, port 465) or smtp://host (STARTTLS, port 587)'

const server = requiredText(EXPECTED).transform((text, context): Server => {
  const fault = (message: string) => {
    context.addIssue(message)
    return z.NEVER
  }
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^smtps?:$/.test(url.protocol) || !/^[\w.-]+$|^\[[\da-f:.]+\]$/i.test(url.hostname))
    return fault(`is malformed: ${EXPECTED}`)
  if (url.username !== '' || url.password !== '')
    return fault('contains a password: set SMTP_USER and SMTP_PASSWORD instead')
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '')
    return fault(`has more than host and port: ${EXPECTED}`)
  const isImplicit = url.protocol === 'smtps:'
  const port = Number(url.port) || (isImplicit ? SUBMISSIONS_PORT : SUBMISSION_PORT)
  if (port === 25)
    return fault('names port 25, which Cloudflare blocks: use the submission port of your provider, 465 or 587')
  return { host: url.hostname, port, security: isImplicit ? 'implicit' : isLoopback(text) ? 'none' : 'starttls' }
})

const secret = z.string().trim().min(1, 'is empty').optional()

const settings = z
  .object({
    SMTP_URL: server,
    SMTP_USER: secret,
    SMTP_PASSWORD: secret,
    SMTP_ACCESS_TOKEN: secret,
    SMTP_CONNECTIONS: z.coerce
      .number({ error: 'must be a number' })
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(MAX_CONNECTIONS, `must be at most ${MAX_CONNECTIONS}: Cloudflare allows no more at once`)
      .default(CONNECTIONS),
  })
  .check(({ value, issues }) => {
    const fault = (name: string, message: string) =>
      issues.push({ code: 'custom', input: value, path: [name], message })
    const { SMTP_USER: user, SMTP_PASSWORD: password, SMTP_ACCESS_TOKEN: token } = value
    if (password !== undefined && token !== undefined)
      fault('SMTP_ACCESS_TOKEN', 'and SMTP_PASSWORD are both set: set one')
    if (user !== undefined && password === undefined && token === undefined)
      fault('SMTP_PASSWORD', 'is missing: SMTP_USER is set (or set SMTP_ACCESS_TOKEN)')
    if (user === undefined && (password !== undefined || token !== undefined))
      fault('SMTP_USER', 'is missing: a password or token is set')
  })

/** Driver for submission to an existing mail server (RFC 5321, RFC 6409, RFC 8314). */
export const driver = defineDriver({
  name: 'smtp',
  caution:
    'mail servers do not recognise repeated mails: mails without a response at a crash become uncertain, and an organiser decides',
  settings,
  callsPerSecond: CALLS_PER_SECOND,
  make: (account, { limits, use }) =>
    smtp(
      {
        server: account.SMTP_URL,
        credentials: credentialsOf(account),
        open: openSocket,
        timeouts: TIMEOUTS,
        connections: account.SMTP_CONNECTIONS,
        idleMs: use === 'bulk' ? IDLE_MS : 0,
        captive: isLoopback(`smtp://${account.SMTP_URL.host}`),
      },
      limits,
    ),
})

function credentialsOf(account: z.output<typeof settings>): Credentials | null {
  const { SMTP_USER: user, SMTP_PASSWORD: password, SMTP_ACCESS_TOKEN: accessToken } = account
  if (user === undefined) return null
  if (accessToken !== undefined) return { user, accessToken }
  return password === undefined ? null : { user, password }
}
