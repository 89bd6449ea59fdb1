import { utf8 } from '../../kit/bytes.ts'
import { ConnectionFault, type FaultKind } from './fault.ts'
import { ReplyReader, type SmtpReply } from './reply.ts'
import type { ByteStream } from './stream.ts'

/** A connection that sends commands and reads replies. Rejects with ConnectionFault; afterwards only `close` is allowed. */
export type LineConnection = {
  /** The next complete reply, within `timeoutMs`. */
  reply(timeoutMs: number): Promise<SmtpReply>
  write(bytes: Uint8Array<ArrayBuffer> | string, timeoutMs: number): Promise<void>
  startTls(timeoutMs: number): Promise<void>
  /** Never rejects. */
  close(): Promise<void>
}

/** Maximum octets of a reply line without CRLF. RFC 5321 §4.5.3.1.5 says 512, but servers explain refusals at greater length. */
export const MAX_LINE_OCTETS = 2_048

const decoder = new TextDecoder('latin1') // replies are ASCII; other bytes must not fail

/** Splits received bytes into lines. */
class LineBuffer {
  #rest = ''

  add(bytes: Uint8Array): void {
    this.#rest += decoder.decode(bytes)
  }

  /**
   * The next complete line without its line break; null if none has arrived.
   * @throws ConnectionFault for a line that is too long.
   */
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
      // Plain text after the STARTTLS reply could be injected and would be read as if received over TLS.
      if (!buffer.isEmpty) throw new ConnectionFault('protocol', 'sent more than its reply to STARTTLS')
      stream = await withTimeout(timeoutMs, 'tls', () => stream.startTls())
    },

    close: () => stream.close(),
  }
}

/**
 * Runs a task with a time limit.
 * @throws ConnectionFault of the given kind, or 'timeout'
 */
export async function withTimeout<T>(
  milliseconds: number,
  kind: FaultKind,
  run: () => Promise<T>,
  message = FAILED[kind],
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ConnectionFault('timeout', 'did not respond in time')),
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

/** Common reasons for a failed TLS handshake; the platform does not report which one applies. */
export const CERTIFICATE = 'its certificate may be for another name, out of date or signed by an unknown authority'

/** Message of each kind of fault. The platform's own messages vary and may contain addresses. */
const FAILED: Readonly<Record<FaultKind, string>> = {
  unreachable: 'cannot be reached',
  timeout: 'did not respond in time',
  closed: 'dropped the connection',
  tls: `failed the TLS handshake: ${CERTIFICATE}`,
  protocol: 'does not speak SMTP',
}
