import PostalMime from 'postal-mime'
import { TIMEOUTS } from '../../src/transports/smtp/session.ts'
import { type SmtpAccount, smtp } from '../../src/transports/smtp/transport.ts'
import type { Outcome } from '../../src/transports/transport.ts'
import type { Arrived } from '../contracts/transport.ts'
import { openNodeStream } from './node-stream.ts'

/** Timeouts in ms: short enough for a test, long enough for a busy machine. */
export const QUICK = { ...TIMEOUTS, greeting: 1_500, command: 1_500, block: 1_500, finalDot: 1_500, quit: 200 }

/** An SMTP transport over Node's sockets to a port of this machine; in clear and without credentials unless `more` changes that. */
export const transportTo = (port: number, more: Partial<SmtpAccount> = {}) =>
  smtp(
    {
      server: { host: 'localhost', port, security: 'none' },
      credentials: null,
      open: openNodeStream,
      timeouts: QUICK,
      connections: 1,
      idleMs: 0,
      captive: true,
      ...more,
    },
    { callsPerSecond: 10 },
  )

export const each = (answer: Outcome | Outcome[], people: number): Outcome[] =>
  Array.isArray(answer) ? answer : Array.from({ length: people }, () => answer)

/** A mail as postal-mime, an independent parser, reads it. */
export async function readBack(to: string, mime: Uint8Array<ArrayBuffer>): Promise<Arrived> {
  const { subject = '', html = '', text = '', headers } = await PostalMime.parse(mime)
  return { to, subject, html, text, headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])), mime }
}
