import { type Capabilities, NO_CAPABILITIES, readCapabilities } from './capabilities.ts'
import { EHLO, HELO, QUIT, STARTTLS } from './commands.ts'
import { authLines, type Credentials, exchangeFor } from './credentials.ts'
import { ConnectionFault } from './fault.ts'
import { CERTIFICATE, type LineConnection, lineConnection, withTimeout } from './lines.ts'
import { refusalOf, type SmtpRefusal } from './refusals.ts'
import { quoteReply } from './reply.ts'
import type { OpenStream, Server } from './stream.ts'

/**
 * Milliseconds. RFC 5321 §4.5.3.2 asks for minutes, for hosts that speak to hosts on their own; a lane has twenty seconds a slice and
 * its own queue behind it, and the servers meant here are ones that an account is held at. Before the final dot nothing is lost by
 * giving up early. After it an answer that is not waited for makes a person uncertain, so that one time is long.
 */
export const TIMEOUTS = {
  connect: 10_000,
  greeting: 20_000, // RFC: 5 minutes; some servers let a stranger wait on purpose
  command: 20_000, // RFC: 5 minutes
  block: 20_000, // RFC: 3 minutes, for each piece of a message
  finalDot: 120_000, // RFC: 10 minutes; an alarm of ours may run 15, and content filters take seconds
  quit: 2_000, // everything is settled by then
} as const

export type Timeouts = Readonly<Record<keyof typeof TIMEOUTS, number>>

/** How a server is reached and entered. */
export type ServerAccess = {
  server: Server
  credentials: Credentials | null
  open: OpenStream
  timeouts: Timeouts
}

/** A connection that is logged in and may be given mail. */
export type Session = {
  lines: LineConnection
  capabilities: Capabilities
  /** Messages it has been given. */
  sent: number
  /** A transaction was begun and not ended: RSET before the next. */
  unfinished: boolean
}

/** The server answers, and will not have us. */
export class AccessRefused extends Error {
  readonly refusal: SmtpRefusal

  constructor(refusal: SmtpRefusal) {
    super(refusal.detail)
    this.refusal = refusal
  }
}

/**
 * Connects, greets, turns to TLS and logs in.
 * @throws ConnectionFault or NotLetIn; the connection is closed then.
 */
export async function openSession(access: ServerAccess): Promise<Session> {
  const { server, timeouts } = access
  const stream = await withTimeout(
    timeouts.connect,
    'unreachable',
    () => access.open(server),
    server.security === 'implicit' ? `cannot be reached over TLS: nothing answers there, or ${CERTIFICATE}` : undefined,
  )
  const lines = lineConnection(stream)
  try {
    const greeting = await lines.reply(timeouts.greeting)
    if (greeting.code !== 220) throw new AccessRefused(refusalOf(greeting, 'greeting'))
    let capabilities = await greet(lines, timeouts)
    if (server.security === 'starttls') {
      await turnToTls(lines, capabilities, timeouts)
      capabilities = await greet(lines, timeouts) // RFC 3207 §4.2: what was said in clear counts for nothing
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
  await lines.write(HELO, command) // RFC 5321 §3.2: a server that knows no EHLO
  const older = await lines.reply(command)
  if (older.code !== 250) throw new AccessRefused(refusalOf(older, 'greeting'))
  return NO_CAPABILITIES
}

/** Never goes on in clear: who strips the offer of STARTTLS on the way wants to read the password and the mails. */
async function turnToTls(lines: LineConnection, { startTls }: Capabilities, { command, connect }: Timeouts) {
  if (!startTls) {
    throw notSafe(
      'the server, or something between, does not offer STARTTLS: nothing is sent in clear (try smtps:// and port 465)',
    )
  }
  await lines.write(STARTTLS, command)
  const answer = await lines.reply(command)
  if (answer.code >= 500) throw notSafe(`the server refuses STARTTLS: nothing is sent in clear (${quoteReply(answer)})`)
  if (answer.code !== 220) throw new AccessRefused(refusalOf(answer, 'greeting'))
  await lines.startTls(connect)
}

/** An account's reason on purpose: the dispatch pauses, and a person looks at who is on the line. */
const notSafe = (detail: string): AccessRefused =>
  new AccessRefused({ kind: 'refused', permanent: true, reason: 'unauthorised', detail })

async function logIn(lines: LineConnection, credentials: Credentials, { auth }: Capabilities, { command }: Timeouts) {
  const exchange = exchangeFor(credentials, auth)
  if (exchange === null) {
    const wanted = 'accessToken' in credentials ? 'XOAUTH2' : 'PLAIN or LOGIN'
    const offered = auth.size === 0 ? 'no log-in at all' : `only ${[...auth].join(', ')}`
    throw notSafe(`the server offers ${offered}, and ${wanted} is needed for what is set`)
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
  if (reply.code === 334) throw new ConnectionFault('protocol', 'asks for more than its way of logging in has')
  if (reply.code < 400) throw new ConnectionFault('protocol', 'answered a log-in with neither yes nor no')
  throw new AccessRefused(refusalOf(reply, 'login'))
}

/** Says goodbye where there is anybody to say it to. Never rejects. */
export async function closeSession({ lines }: Session, { quit }: Timeouts): Promise<void> {
  try {
    await lines.write(QUIT, quit)
    await lines.reply(quit)
  } catch {
    // it is gone already
  }
  await lines.close()
}
