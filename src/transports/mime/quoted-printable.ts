const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const DOT = 0x2e
const EQUALS = 0x3d
const F = 0x46
const TILDE = 0x7e

/** Maximum octets of a line without CRLF (RFC 2045 §6.7, rule 5). */
const MAX_LINE = 76
const ESCAPE = 3 // octets of "=3D"
const SOFT_BREAK = 3 // octets of "=" and CRLF

const HEX = Uint8Array.from('0123456789ABCDEF', (digit) => digit.charCodeAt(0))

/**
 * Text as quoted-printable (RFC 2045 §6.7), in lines of at most 76 octets. LF and CRLF become CRLF; a CR by itself is escaped.
 * No line begins with "." or "From ", which some mail servers change (RFC 2049 §3).
 */
export function quotedPrintable(text: Uint8Array): Uint8Array {
  const lines = Math.ceil((text.length * ESCAPE) / (MAX_LINE - ESCAPE))
  const out = new Uint8Array(text.length * ESCAPE + lines * SOFT_BREAK)
  let to = 0
  let lineStart = 0 // in `out`
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] as number
    if (byte === LF || (byte === CR && text[at + 1] === LF)) {
      if (byte === CR) at++
      out[to++] = CR
      out[to++] = LF
      lineStart = to
      continue
    }
    let literal = byte > SPACE ? byte <= TILDE && byte !== EQUALS : isInnerSpace(text, at)
    if (to - lineStart + (literal ? 1 : ESCAPE) >= MAX_LINE) {
      out[to++] = EQUALS
      out[to++] = CR
      out[to++] = LF
      lineStart = to
    }
    if (to === lineStart && (byte === DOT || (byte === F && isFrom(text, at)))) literal = false
    if (literal) out[to++] = byte
    else {
      out[to++] = EQUALS
      out[to++] = HEX[byte >> 4] as number
      out[to++] = HEX[byte & 15] as number
    }
  }
  return out.subarray(0, to)
}

/** Whether a space or tab is not at the end of a line, where it could be lost in transit. */
function isInnerSpace(text: Uint8Array, at: number): boolean {
  if (text[at] !== SPACE && text[at] !== TAB) return false
  const next = text[at + 1]
  return next !== undefined && next !== LF && next !== CR
}

/** Whether "From " begins at this offset. */
const isFrom = (text: Uint8Array, at: number): boolean =>
  text[at + 1] === 0x72 && text[at + 2] === 0x6f && text[at + 3] === 0x6d && text[at + 4] === SPACE
