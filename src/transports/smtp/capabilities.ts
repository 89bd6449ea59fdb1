import type { SmtpReply } from './reply.ts'

/** The extensions a server announces in its answer to EHLO that concern us. */
export type Capabilities = {
  startTls: boolean // RFC 3207
  pipelining: boolean // RFC 2920
  eightBitMime: boolean // RFC 6152
  /** RFC 1870: octets of a message at most; null where there is no limit, or none is said. */
  maxSize: number | null
  /** Whether MAIL may say how large the message is. */
  size: boolean
  /** RFC 4954, in upper case. */
  auth: ReadonlySet<string>
}

export function readCapabilities({ lines }: SmtpReply): Capabilities {
  const words = new Map<string, string[]>()
  for (const line of lines.slice(1)) {
    // "AUTH=PLAIN LOGIN" is how servers of the last century wrote it, beside the right way.
    const [keyword = '', ...parameters] = line.toUpperCase().split(/[\s=]+/)
    words.set(keyword, [...(words.get(keyword) ?? []), ...parameters])
  }
  const limit = Number(words.get('SIZE')?.[0])
  return {
    startTls: words.has('STARTTLS'),
    pipelining: words.has('PIPELINING'),
    eightBitMime: words.has('8BITMIME'),
    maxSize: limit > 0 ? limit : null,
    size: words.has('SIZE'),
    auth: new Set(words.get('AUTH')),
  }
}

/** Of a server that knows HELO only. */
export const NO_CAPABILITIES: Capabilities = {
  startTls: false,
  pipelining: false,
  eightBitMime: false,
  maxSize: null,
  size: false,
  auth: new Set(),
}
