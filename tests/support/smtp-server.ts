import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { LOCALHOST } from './certificates.ts'

/** A mail that the server took. */
export type TakenMail = {
  from: string
  to: string[]
  bytes: Uint8Array<ArrayBuffer>
  isSecure: boolean
  connection: string
}

/** The refusal for a recipient, at RCPT or after the message; null accepts. */
export type Refusal = (to: string) => { code: number; text: string } | null

export type MailServer = {
  port: number
  mails: TakenMail[]
  /** The user name of each successful log-in, in order. */
  logins: string[]
  connections(): number
  recipient: Refusal
  message: Refusal
  close(): Promise<void>
}

/** The credentials that the server accepts: the user with either the password or the access token. */
export const USER = 'tocsin@example.org'
export const PASSWORD = 'correct “horse”'
export const ACCESS_TOKEN = `ya29.${'x'.repeat(600)}`

const failure = ({ code, text }: { code: number; text: string }) =>
  Object.assign(new Error(text), { responseCode: code })

/** Starts npm's smtp-server on a free port of this machine. It stores each mail before it answers. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  let connected = 0
  const server = new SMTPServer({
    ...LOCALHOST,
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 10,
    logger: false,
    onConnect(_, done) {
      connected++
      done()
    },
    onAuth({ username = '', password, accessToken }, _, done) {
      const isRight = username === USER && (password === PASSWORD || accessToken === ACCESS_TOKEN)
      if (isRight) found.logins.push(username)
      done(isRight ? null : failure({ code: 535, text: '5.7.8 Username and password not accepted' }), {
        user: isRight ? username : undefined,
      })
    },
    onRcptTo({ address }, _, done) {
      const no = found.recipient(address)
      done(no === null ? null : failure(no))
    },
    onData(stream, { envelope, secure, id }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address)
        const no = found.message(to[0] ?? '')
        if (no !== null) return done(failure(no))
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        found.mails.push({ from, to, bytes: new Uint8Array(Buffer.concat(chunks)), isSecure: secure, connection: id })
        done(null, `2.0.0 Ok: queued as ${`Q${found.mails.length}`.padStart(8, '0')}`)
      })
    },
    ...options,
  })
  server.on('error', () => undefined) // tests disconnect in the middle on purpose
  const found: MailServer = {
    port: 0,
    mails: [],
    logins: [],
    connections: () => connected,
    recipient: () => null,
    message: () => null,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  found.port = (server.server.address() as AddressInfo).port
  return found
}
