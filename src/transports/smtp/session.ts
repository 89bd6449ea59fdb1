import { type Capabilities, NO_CAPABILITIES, readCapabilities } from './capabilities.ts'
import { EHLO, HELO, QUIT, STARTTLS } from './commands.ts'
import { authLines, type Credentials, exchangeFor } from './credentials.ts'
import { ConnectionFault } from './fault.ts'
import { CERTIFICATE, type LineConnection, lineConnection, withTimeout } from './lines.ts'
import { refusalOf, type SmtpRefusal } from './refusals.ts'
import { quoteReply } from './reply.ts'
import type { OpenStream, Server } from './stream.ts'

/**
 * Timeouts in milliseconds. RFC 5321 §4.5.3.2 asks for minutes, but a lane has twenty seconds per slice and its own queue.
 * Giving up before the final dot loses nothing. After it, giving up makes a person uncertain, so that timeout is long.
 */
export const TIMEOUTS = {
  connect: 10_000,
  greeting: 20_000, // RFC: 5 minutes; some servers delay their greeting on purpose
  command: 20_000, // RFC: 5 minutes
  block: 20_000, // RFC: 3 minutes, for each piece of a message
  finalDot: 120_000, // RFC: 10 minutes; an alarm may run 15, and content filters take seconds
  quit: 2_000, // all outcomes are known by then
} as const

export type Timeouts = Readonly<Record<keyof typeof TIMEOUTS, number>>

/** How to connect and log in to a server. */
export type ServerAccess = {
  server: Server
  credentials: Credentials | null
  open: OpenStream
  timeouts: Timeouts
}

/** A logged-in connection that is ready for mails. */
export type Session = {
  lines: LineConnection
  capabilities: Capabilities
  /** Number of messages sent over the connection. */
  sent: number
  /** A transaction was begun but not ended, so RSET must precede the next. */
  unfinished: boolean
}

/** Thrown when the server responds but refuses access. */
export class AccessRefused extends Error {
  readonly refusal: SmtpRefusal

  constructor(refusal: SmtpRefusal) {
    super(refusal.detail)
    this.refusal = refusal
  }
}

/**
 * Connects, greets, starts TLS and logs in.
 * @throws ConnectionFault or AccessRefused, after closing the connection
 */
export async function openSession(access: ServerAccess): Promise<Session> {
  const { server, timeouts } = access
  const stream = await withTimeout(
    timeouts.connect,
    'unreachable',
    () => access.open(server),
    server.security === 'implicit'
      ? `cannot be reached over TLS: no server responds there, or ${CERTIFICATE}`
      : undefined,
  )
  const lines = lineConnection(stream)
  try {
    const greeting = await lines.reply(timeouts.greeting)
    if (greeting.code !== 220) throw new AccessRefused(refusalOf(greeting, 'greeting'))
    let capabilities = await greet(lines, timeouts)
    if (server.security === 'starttls') {
      await turnToTls(lines, capabilities, timeouts)
      capabilities = await greet(lines, timeouts) // RFC 3207 §4.2: discard what was received before TLS
    }
    if (access.credentials !== null) await logIn(lines, access.credentials, capabilities, timeouts)
    return { lines, capabilities, sent: 0, unfinished: false }
  } catch (error) {
    await lines.close()
    throw error
  }
}

async function greet(lines: LineConnection, { command }: Timeouts): Promise<Capabilities> {
  await lines.write(EHLO, command)
  const answer = await lines.reply(command)
  if (answer.code === 250) return readCapabilities(answer)
  if (answer.code < 500 || answer.code === 554) throw new AccessRefused(refusalOf(answer, 'greeting'))
  await lines.write(HELO, command) // RFC 5321 §3.2: a server without EHLO
  const older = await lines.reply(command)
  if (older.code !== 250) throw new AccessRefused(refusalOf(older, 'greeting'))
  return NO_CAPABILITIES
}

/** Starts TLS, never continues without: an attacker who removes the STARTTLS offer could read the password and the mails. */
async function turnToTls(lines: LineConnection, { startTls }: Capabilities, { command, connect }: Timeouts) {
  if (!startTls) {
    throw notSafe(
      'the server, or a device in between, does not offer STARTTLS: nothing is sent unencrypted (try smtps:// and port 465)',
    )
  }
  await lines.write(STARTTLS, command)
  const answer = await lines.reply(command)
  if (answer.code >= 500)
    throw notSafe(`the server refuses STARTTLS: nothing is sent unencrypted (${quoteReply(answer)})`)
  if (answer.code !== 220) throw new AccessRefused(refusalOf(answer, 'greeting'))
  await lines.startTls(connect)
}

/**
 * Refusal for lack of encryption or login. An account reason, so that the dispatch pauses and an operator checks the
 * connection.
 */
const notSafe = (detail: string): AccessRefused =>
  new AccessRefused({ kind: 'refused', permanent: true, reason: 'unauthorised', detail })

async function logIn(lines: LineConnection, credentials: Credentials, { auth }: Capabilities, { command }: Timeouts) {
  const exchange = exchangeFor(credentials, auth)
  if (exchange === null) {
    const wanted = 'accessToken' in credentials ? 'XOAUTH2' : 'PLAIN or LOGIN'
    const offered = auth.size === 0 ? 'no login at all' : `only ${[...auth].join(', ')}`
    throw notSafe(`the server offers ${offered}, but the settings need ${wanted}`)
  }
  const { command: first, answers } = authLines(exchange)
  await lines.write(first, command)
  let reply = await lines.reply(command)
  for (const answer of answers) {
    if (reply.code !== 334) break
    await lines.write(answer, command)
    reply = await lines.reply(command)
  }
  if (reply.code === 235) return
  if (reply.code === 334) throw new ConnectionFault('protocol', 'sent more challenges than its login mechanism has')
  if (reply.code < 400) throw new ConnectionFault('protocol', 'neither accepted nor refused the login')
  throw new AccessRefused(refusalOf(reply, 'login'))
}

/** Sends QUIT and closes the connection. Never rejects. */
export async function closeSession({ lines }: Session, { quit }: Timeouts): Promise<void> {
  try {
    await lines.write(QUIT, quit)
    await lines.reply(quit)
  } catch {
    // the connection is already closed
  }
  await lines.close()
}
