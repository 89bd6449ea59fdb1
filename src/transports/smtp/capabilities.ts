import type { SmtpReply } from './reply.ts'

/** SMTP extensions that a server announces in its EHLO response and that Tocsin uses. */
export type Capabilities = {
  startTls: boolean // RFC 3207
  pipelining: boolean // RFC 2920
  eightBitMime: boolean // RFC 6152
  /** Maximum octets of a message (RFC 1870); null if there is no limit or none is announced. */
  maxSize: number | null
  /** Whether MAIL may have a SIZE parameter. */
  size: boolean
  /** Login mechanisms (RFC 4954), in upper case. */
  auth: ReadonlySet<string>
}

export function readCapabilities({ lines }: SmtpReply): Capabilities {
  const words = new Map<string, string[]>()
  for (const line of lines.slice(1)) {
    // Very old servers also write "AUTH=PLAIN LOGIN".
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

/** Capabilities of a server without EHLO. */
export const NO_CAPABILITIES: Capabilities = {
  startTls: false,
  pipelining: false,
  eightBitMime: false,
  maxSize: null,
  size: false,
  auth: new Set(),
}
