import { err, ok, type Result } from '../../kit/result.ts'

/** Encodings in which spreadsheets save lists. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1251', 'windows-1252'] as const
export type ListEncoding = (typeof ENCODINGS)[number]

/** Bytes that are looked at for the zero bytes of UTF-16 without a byte order mark. */
const PROBED_BYTES = 1_000
/** Characters of the sample that an organiser compares. */
const SAMPLE_CHARS = 60

/** A file whose encoding nothing tells: how the first line with other letters than English ones reads in each. */
export type EncodingQuestion = { line: number; samples: Array<{ encoding: ListEncoding; text: string }> }

/**
 * The text of a file without its byte order mark, and its encoding. UTF-8 and UTF-16 are recognised. The others look alike, so they are
 * asked for: `asked` is the answer.
 */
export function decodeList(
  bytes: Uint8Array,
  asked?: ListEncoding,
): Result<{ text: string; encoding: ListEncoding }, EncodingQuestion> {
  const encoding = asked ?? byMark(bytes) ?? byZeros(bytes) ?? (isUtf8(bytes) ? 'utf-8' : undefined)
  if (encoding !== undefined) return ok({ text: new TextDecoder(encoding).decode(bytes), encoding })
  return err(questionOf(bytes))
}

function byMark([a, b, c]: Uint8Array): ListEncoding | undefined {
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  return a === 0xef && b === 0xbb && c === 0xbf ? 'utf-8' : undefined
}

/** Every second byte of English letters in UTF-16 is zero. No other encoding of a list has zeros. */
function byZeros(bytes: Uint8Array): ListEncoding | undefined {
  const zeros = [0, 0]
  for (const [at, byte] of bytes.subarray(0, PROBED_BYTES).entries())
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  if (even + odd === 0) return undefined
  return odd > even ? 'utf-16le' : 'utf-16be'
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function questionOf(bytes: Uint8Array): EncodingQuestion {
  const lines = new TextDecoder('windows-1252').decode(bytes).split('\n')
  const at = lines.findIndex((line) => /[^\0-\x7f]/.test(line))
  const start = lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0) // windows-1252 has one character a byte
  const line = bytes.subarray(start, start + (lines[at]?.length ?? 0))
  const samples = (['windows-1251', 'windows-1252'] as const).map((encoding) => ({
    encoding,
    text: new TextDecoder(encoding).decode(line).trim().slice(0, SAMPLE_CHARS),
  }))
  return { line: at + 1, samples }
}
