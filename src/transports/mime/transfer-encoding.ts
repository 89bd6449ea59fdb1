import { utf8 } from '../../kit/bytes.ts'
import { quotedPrintable } from './quoted-printable.ts'

export type TransferEncoding = '7bit' | 'quoted-printable' | 'base64'

/** Characters of a line that need no encoding for their length. */
const SHORT_LINE = 76
/** Characters above which nodemailer takes a text's lines to be long without looking. */
const MAX_LOOKED_AT = 128 * 1024

/**
 * How nodemailer would encode a text: as it is where it is ASCII in short lines, quoted-printable where Latin letters prevail, else
 * base64.
 */
export function encodingOf(text: string): TransferEncoding {
  let others = 0
  let letters = 0
  let line = 0
  let longest = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x0a || code === 0x0d) {
      line = 0
      continue
    }
    if (++line > longest) longest = line
    if (code >= 0x80 || (code < 0x20 && code !== 0x09)) others++
    else if ((code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)) letters++
  }
  if (others === 0 && longest <= SHORT_LINE && text.length <= MAX_LOOKED_AT) return '7bit'
  return others < letters ? 'quoted-printable' : 'base64'
}

/** The bytes of a text in a mail. */
export function encoded(text: string, encoding: TransferEncoding): Uint8Array {
  if (encoding === '7bit') return utf8(text.replace(/\r?\n/g, '\r\n'))
  return encoding === 'base64' ? base64Lines(utf8(text)) : quotedPrintable(utf8(text))
}

const ALPHABET = utf8('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const PADDING = 0x3d
/** Octets that make a line of 76 characters (RFC 2045 §6.8). */
const LINE_OCTETS = 57

/** Base64 in lines, with no line break after the last. */
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
