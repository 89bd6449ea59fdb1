/** Bytes as UTF-8, hexadecimal, base64, and base64url without padding (RFC 4648 §5). */

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Longest text, in UTF-16 units, that a loop encodes faster than TextEncoder. V8 allocates such small arrays inline;
 * larger ones cost a microsecond.
 */
const BY_HAND = 64

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  if (text.length > BY_HAND) return encoded(text)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) return encoded(text)
    bytes[i] = unit
  }
  return bytes
}

/** TextEncoder always allocates a new buffer; only its type is less exact. */
const encoded = (text: string) => encoder.encode(text) as Uint8Array<ArrayBuffer>

/** @throws TypeError when the bytes are not UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes)

/** Shared buffer for short texts. Safe because no code awaits while the buffer is in use. */
const letters = new Uint8Array(4_096)

/**
 * The `length` ASCII bytes that `write` puts into an array, as one flat string. Appending characters would build a rope
 * of pieces.
 */
function ascii(length: number, write: (into: Uint8Array) => void): string {
  const into = length <= letters.length ? letters : new Uint8Array(length)
  write(into)
  return decoder.decode(into.subarray(0, length))
}

export function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

const HEX_DIGITS = utf8('0123456789abcdef')

export function toHex(bytes: Uint8Array): string {
  return ascii(bytes.length * 2, (into) => {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0
      into[2 * i] = HEX_DIGITS[byte >> 4] ?? 0
      into[2 * i + 1] = HEX_DIGITS[byte & 15] ?? 0
    }
  })
}

/** Decodes hexadecimal; null unless the text is an even number of lower-case hexadecimal digits. */
export function fromHex(hex: string): Uint8Array<ArrayBuffer> | null {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/.test(hex)) return null
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16))
}

/** Bytes passed to one call of `String.fromCharCode`. Engines limit the number of arguments, far above this. */
const CHUNK_BYTES = 8_192

export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) binary += fromCharCodes(bytes.subarray(at, at + CHUNK_BYTES))
  return btoa(binary)
}

/** `Reflect.apply` takes a typed array directly, which is ten times as fast as spreading the array. */
const fromCharCodes = (bytes: Uint8Array): string => Reflect.apply(String.fromCharCode, null, bytes)

/** Decodes base64 (RFC 4648 §4); null when the text is not base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  let binary: string
  try {
    binary = atob(text)
  } catch {
    return null
  }
  const bytes = new Uint8Array(binary.length) // a loop is ten times as fast as Uint8Array.from with a function
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

const URL_LETTERS = utf8('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')

export function toBase64Url(bytes: Uint8Array): string {
  const length = Math.ceil((bytes.length * 4) / 3)
  return ascii(length, (into) => {
    for (let at = 0, to = 0; at < bytes.length; at += 3, to += 4) {
      const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
      // A last group of one or two bytes writes characters beyond the length; nothing reads those.
      for (let i = 0; i < 4; i++) into[to + i] = URL_LETTERS[(bits >> (18 - 6 * i)) & 63] ?? 0
    }
  })
}

/** The six bits of a character of the base64url alphabet, by character code; -1 for any other character. */
const SIX_BITS = new Int8Array(128).fill(-1)
for (const [bits, code] of URL_LETTERS.entries()) SIX_BITS[code] = bits

/**
 * Decodes base64url; null when a character is outside the alphabet or the length is impossible. Spare bits in the last character
 * are ignored.
 */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 === 1) return null
  const bytes = new Uint8Array((text.length * 3) >> 2)
  let held = 0
  let to = 0
  for (let i = 0; i < text.length; i++) {
    const bits = SIX_BITS[text.charCodeAt(i)] ?? -1
    if (bits < 0) return null
    held = (held << 6) | bits
    const place = i & 3
    if (place > 0) bytes[to++] = held >> (6 - 2 * place) // the second character of four completes a byte and leaves four bits
  }
  return bytes
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

export const sha256Hex = async (text: string): Promise<string> => toHex(await sha256(utf8(text)))
