/**
 * Quoted-printable (RFC 2045 §6.7) as nodemailer writes it, to the byte: its encoder is a stream with a dozen regular expressions a line, which
 * costs milliseconds a mail. The tests hold this against it.
 */

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const EQUALS = 0x3d

/** Octets of an encoded line. */
const LINE = 76
/** How far from its end a line may be broken for the sake of a word. */
const MARGIN = 25
/** Octets that the encoder takes at once; its lines are broken anew for each. */
const SLICE = 65_536

const HEX = [...'0123456789ABCDEF'].map((digit) => digit.charCodeAt(0))
const isHex = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
const hexValue = (byte: number): number => (byte <= 0x39 ? byte - 0x30 : (byte & 0x0f) + 9)

/** Bytes that stand for themselves: printable ASCII without "=", and tab, LF and CR. */
const isLiteral = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === TAB || byte === LF || byte === CR || (byte >= SPACE && byte <= 0x7e && byte !== EQUALS) ? 1 : 0,
)
/** After these a line is best broken: space, tab, and . , ! ? */
const isBreak = Uint8Array.from({ length: 256 }, (_, byte) =>
  [SPACE, TAB, 0x2e, 0x2c, 0x21, 0x3f].includes(byte) ? 1 : 0,
)

/** Line breaks in it are CRLF; there is none at the end that the text has not. */
export function quotedPrintable(text: Uint8Array): Uint8Array {
  // Whitespace at the very end is encoded by itself, once it is known that nothing follows.
  let end = text.length
  while (end > 0 && (text[end - 1] === SPACE || text[end - 1] === TAB)) end--
  if (text.length - end > SLICE) end = text.length
  const out = new Output(text.length * 4 + 16)
  let rest: Uint8Array = new Uint8Array(0)
  for (const [from, to] of [
    [0, end],
    [end, text.length],
  ] as const) {
    for (let start = from; start < to; start += SLICE) {
      const stop = Math.min(start + SLICE, to)
      rest = wrap(encode(rest, text, start, stop, stop < to ? text[stop] : undefined), out)
    }
  }
  out.add(rest, 0, rest.length)
  return out.bytes()
}

/** `before`, and then the bytes from `start` to `stop` encoded; `following` is the byte after them, if any. */
function encode(
  before: Uint8Array,
  text: Uint8Array,
  start: number,
  stop: number,
  following: number | undefined,
): Uint8Array {
  const encoded = new Uint8Array(before.length + (stop - start) * 3)
  encoded.set(before)
  let to = before.length
  for (let at = start; at < stop; at++) {
    const byte = text[at] as number
    let literal = isLiteral[byte] === 1
    if (literal && (byte === SPACE || byte === TAB)) {
      const next = at + 1 < stop ? text[at + 1] : following
      literal = next !== undefined && next !== LF && next !== CR
    }
    if (literal) encoded[to++] = byte
    else {
      encoded[to++] = EQUALS
      encoded[to++] = HEX[byte >> 4] as number
      encoded[to++] = HEX[byte & 15] as number
    }
  }
  return encoded.subarray(0, to)
}

/** Breaks what is encoded into lines; gives back the last, which is not finished. */
function wrap(src: Uint8Array, out: Output): Uint8Array {
  const length = src.length
  const isShort = length <= LINE
  let pos = isShort ? length : 0
  let lastLine = isShort ? src.lastIndexOf(LF) + 1 : 0 // where the unfinished line begins in `src`
  if (isShort) out.add(src, 0, lastLine)
  while (pos < length) {
    const end = lineEnd(src, pos, length)
    const isSoft = end.isSoft
    if (end.at === length && !isSoft) {
      // what follows the last LF stays unfinished
      const lf = src.lastIndexOf(LF, length - 1)
      lastLine = Math.max(pos, lf + 1)
      out.add(src, pos, lastLine)
      return src.subarray(lastLine)
    }
    out.add(src, pos, end.at)
    if (isSoft) out.softBreak()
    pos = end.at
    lastLine = pos
  }
  return src.subarray(lastLine)
}

/** Where the line that begins at `pos` ends, and whether "=" has to say that it goes on. */
function lineEnd(src: Uint8Array, pos: number, length: number): { at: number; isSoft: boolean } {
  const limit = Math.min(pos + LINE, length)
  let lastLf = -1 // in the margin, with no CR after it
  for (let at = pos; at < limit; at++) {
    const byte = src[at]
    if (byte === CR) {
      if (at + 1 < limit && src[at + 1] === LF) return { at: at + 2, isSoft: false }
      lastLf = -1
    } else if (byte === LF && at >= limit - MARGIN) lastLf = at
  }
  if (lastLf >= 0) return { at: lastLf + 1, isSoft: false }
  let end = wordEnd(src, pos, limit) ?? escapeEnd(src, pos, limit, length)
  if (end === pos) end = limit
  if (end >= length || src[end - 1] === LF) return { at: end, isSoft: false }
  if (end - pos === LINE) end -= endsInEscape(src, pos, end) ? 3 : 1
  return { at: end, isSoft: true }
}

/** After the last space or mark in the margin; null where there is none. */
function wordEnd(src: Uint8Array, pos: number, limit: number): number | null {
  if (limit - pos <= LINE - MARGIN) return null
  for (let at = limit - 1; at >= limit - MARGIN; at--) if (isBreak[src[at] as number] === 1) return at + 1
  return null
}

/** Before an escape that does not fit, and before a character of which not all octets fit. */
function escapeEnd(src: Uint8Array, pos: number, limit: number, length: number): number {
  let end = limit
  if (src[end - 1] === EQUALS) end -= 1
  else if (end - 2 >= pos && src[end - 2] === EQUALS && isHex(src[end - 1] as number)) end -= 2
  else if (!endsInEscape(src, pos, end)) return end
  while (end - pos > 3 && end - pos < length - pos && !isFewEscapes(src, pos, end) && endsInEscape(src, pos, end)) {
    const code = hexValue(src[end - 2] as number) * 16 + hexValue(src[end - 1] as number)
    if (code < 0x80) break
    end -= 3
    if (code >= 0xc0) break
  }
  return end
}

const endsInEscape = (src: Uint8Array, pos: number, end: number): boolean =>
  end - pos >= 3 && src[end - 3] === EQUALS && isHex(src[end - 2] as number) && isHex(src[end - 1] as number)

/** Whether a line is one to four escapes and nothing else. */
function isFewEscapes(src: Uint8Array, pos: number, end: number): boolean {
  const octets = end - pos
  if (octets % 3 !== 0 || octets < 3 || octets > 12) return false
  for (let at = pos + 3; at <= end; at += 3) if (!endsInEscape(src, pos, at)) return false
  return true
}

/** Bytes as they come, every line break as CRLF. */
class Output {
  #bytes: Uint8Array
  #length = 0

  constructor(size: number) {
    this.#bytes = new Uint8Array(size)
  }

  add(src: Uint8Array, from: number, to: number): void {
    this.#makeRoom((to - from) * 2)
    const bytes = this.#bytes
    let length = this.#length
    for (let at = from; at < to; at++) {
      const byte = src[at] as number
      if (byte === LF && bytes[length - 1] !== CR) bytes[length++] = CR
      bytes[length++] = byte
    }
    this.#length = length
  }

  softBreak(): void {
    this.#makeRoom(3)
    this.#bytes[this.#length++] = EQUALS
    this.#bytes[this.#length++] = CR
    this.#bytes[this.#length++] = LF
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #makeRoom(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = new Uint8Array((this.#length + more) * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
