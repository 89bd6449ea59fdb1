import { utf8 } from '../../kit/bytes.ts'
import { quotedPrintable } from './quoted-printable.ts'

type TransferEncoding = '7bit' | 'quoted-printable' | 'base64'

/**
 * Text that needs an encoding (RFC 2045 §2.7, RFC 2049 §3): non-ASCII, a bare CR, a line over 76 characters, or a line that
 * begins with "." or "From ".
 */
const NEEDS_ENCODING = /[^\t\r\n\x20-\x7e]|\r(?!\n)|^(?:\.|From |.{77})/m

/**
 * Transfer encoding of a text: 7bit if possible, quoted-printable for mostly Latin letters, else base64, which is then shorter.
 */
export function encodingOf(text: string): TransferEncoding {
  if (!NEEDS_ENCODING.test(text)) return '7bit'
  let others = 0
  let letters = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const upper = code & ~0x20
    if (upper >= 0x41 && upper <= 0x5a) letters++
    else if (code >= 0x80 || (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d)) others++
  }
  return others <= letters ? 'quoted-printable' : 'base64'
}

/** Encodes a text for a mail. */
export function encoded(text: string, encoding: TransferEncoding): Uint8Array {
  if (encoding === '7bit') return utf8(text.replace(/\r?\n/g, '\r\n'))
  return encoding === 'base64' ? base64Lines(utf8(text)) : quotedPrintable(utf8(text))
}

const ALPHABET = utf8('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const PADDING = 0x3d
/** Octets that make a base64 line of 76 characters (RFC 2045 §6.8). */
const LINE_OCTETS = 57

/** Base64 in lines, without a line break after the last. */
function base64Lines(bytes: Uint8Array): Uint8Array {
  const lines = Math.ceil(bytes.length / LINE_OCTETS)
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4 + Math.max(0, lines - 1) * 2)
  let to = 0
  for (let at = 0; at < bytes.length; at += 3) {
    if (at > 0 && at % LINE_OCTETS === 0) {
      out[to++] = 0x0d
      out[to++] = 0x0a
    }
    const left = bytes.length - at
    const three = byteAt(bytes, at) * 65_536 + byteAt(bytes, at + 1) * 256 + byteAt(bytes, at + 2)
    out[to++] = byteAt(ALPHABET, three >> 18)
    out[to++] = byteAt(ALPHABET, (three >> 12) & 63)
    out[to++] = left > 1 ? byteAt(ALPHABET, (three >> 6) & 63) : PADDING
    out[to++] = left > 2 ? byteAt(ALPHABET, three & 63) : PADDING
  }
  return out
}

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0
