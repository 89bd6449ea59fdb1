import { utf8 } from '../../kit/bytes.ts'
import { ConnectionFault, type FaultKind } from './fault.ts'
import { ReplyReader, type SmtpReply } from './reply.ts'
import type { ByteStream } from './stream.ts'

/** A connection as a mail client uses it. Every failure is a ConnectionFault, and after one the connection is only good for closing. */
export type LineConnection = {
  /** The next whole reply, within so many milliseconds. */
  reply(timeoutMs: number): Promise<SmtpReply>
  write(bytes: Uint8Array<ArrayBuffer> | string, timeoutMs: number): Promise<void>
  startTls(timeoutMs: number): Promise<void>
  /** Never rejects. */
  close(): Promise<void>
}

/** Octets of a reply line without CRLF. RFC 5321 §4.5.3.1.5 says 512; servers explain a refusal at greater length. */
export const MAX_LINE_OCTETS = 2_048

const decoder = new TextDecoder('latin1') // replies are ASCII; whatever else is in them must not stop us

/** Bytes into lines, however they were cut on the way. */
export class LineBuffer {
  #rest = ''

  add(bytes: Uint8Array): void {
    this.#rest += decoder.decode(bytes)
  }

  /** @throws ConnectionFault for a line that does not end. */
  next(): string | null {
    const end = this.#rest.indexOf('\n')
    if (end > MAX_LINE_OCTETS + 1 || (end < 0 && this.#rest.length > MAX_LINE_OCTETS))
      throw new ConnectionFault('protocol', `sent a line above ${MAX_LINE_OCTETS} octets`)
    if (end < 0) return null
    const line = this.#rest.slice(0, end).replace(/\r$/, '')
    this.#rest = this.#rest.slice(end + 1)
    return line
  }

  get isEmpty(): boolean {
    return this.#rest === ''
  }
}

export function lineConnection(opened: ByteStream): LineConnection {
  let stream = opened
  const buffer = new LineBuffer()

  async function line(deadline: number): Promise<string> {
    for (;;) {
      const found = buffer.next()
      if (found !== null) return found
      const bytes = await withTimeout(deadline - Date.now(), 'closed', () => stream.read())
      if (bytes === null) throw new ConnectionFault('closed', 'closed the connection')
      buffer.add(bytes)
    }
  }

  return {
    async reply(timeoutMs) {
      const deadline = Date.now() + timeoutMs
      const reader = new ReplyReader()
      for (;;) {
        const reply = reader.add(await line(deadline))
        if (reply !== null) return reply
      }
    },

    write: (bytes, timeoutMs) =>
      withTimeout(timeoutMs, 'closed', () => stream.write(typeof bytes === 'string' ? utf8(bytes) : bytes)),

    async startTls(timeoutMs) {
      // What came in clear behind the answer to STARTTLS would count as said under TLS: somebody may have put it there.
      if (!buffer.isEmpty) throw new ConnectionFault('protocol', 'said more than its answer to STARTTLS')
      stream = await withTimeout(timeoutMs, 'tls', () => stream.startTls())
    },

    close: () => stream.close(),
  }
}

/** Does something within so many milliseconds; a failure is a fault of the kind given. @throws ConnectionFault */
export async function withTimeout<T>(
  milliseconds: number,
  kind: FaultKind,
  run: () => Promise<T>,
  message = FAILED[kind],
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ConnectionFault('timeout', 'did not answer in time')),
      Math.max(0, milliseconds),
    )
  })
  try {
    return await Promise.race([run(), late])
  } catch (error) {
    throw error instanceof ConnectionFault ? error : new ConnectionFault(kind, message)
  } finally {
    clearTimeout(timer)
  }
}

/** What TLS commonly fails for; the platform does not say which it was. */
export const CERTIFICATE = 'its certificate may be for another name, out of date or signed by nobody known'

/** The platform's own words differ from place to place, and may name addresses of machines. */
const FAILED: Readonly<Record<FaultKind, string>> = {
  unreachable: 'cannot be reached',
  timeout: 'did not answer in time',
  closed: 'cut the connection',
  tls: `failed the TLS handshake: ${CERTIFICATE}`,
  protocol: 'does not speak SMTP',
}
