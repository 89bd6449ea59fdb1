const CR = 0x0d
const LF = 0x0a
const DOT = 0x2e
/** Maximum octets of a line without CRLF (RFC 5322 §2.1.1). */
const MAX_LINE_OCTETS = 998

/**
 * Doubles leading dots and ends the message with a line break, as DATA requires (RFC 5321 §4.5.2); the final dot is not
 * included. Null for unsafe messages: bare CR or LF (SMTP smuggling), a line over 998 octets, or a NUL.
 */
export function toWire(message: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  const dots = leadingDots(message)
  if (dots === null) return null
  const ended = message.length === 0 || message[message.length - 1] === LF
  if (dots.length === 0 && ended) return message
  const wire = new Uint8Array(message.length + dots.length + (ended ? 0 : 2))
  let from = 0
  let to = 0
  for (const dot of dots) {
    wire.set(message.subarray(from, dot), to)
    to += dot - from
    wire[to++] = DOT
    from = dot
  }
  wire.set(message.subarray(from), to)
  if (!ended) wire.set([CR, LF], wire.length - 2)
  return wire
}

/** Offsets of dots at the start of a line; null for unsafe messages. */
function leadingDots(message: Uint8Array): number[] | null {
  const dots: number[] = []
  let lineStart = 0
  for (let at = 0; at < message.length; at++) {
    const byte = message[at]
    if (byte === DOT && at === lineStart) dots.push(at)
    else if (byte === CR && message[at + 1] === LF) {
      if (at - lineStart > MAX_LINE_OCTETS) return null
      lineStart = ++at + 1
    } else if (byte === CR || byte === LF || byte === 0) return null
  }
  return message.length - lineStart > MAX_LINE_OCTETS ? null : dots
}
