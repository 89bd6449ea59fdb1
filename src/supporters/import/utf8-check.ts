import { UnreadableFile } from './refusals.ts'

const NEWLINE = 0x0a
const REMEDY = 'Save it again as “CSV UTF-8” (in LibreOffice: Text CSV, character set UTF-8).'

/**
 * Checks that passing bytes are UTF-8. Names in another encoding would be garbled for good.
 * @throws UnreadableFile naming the line and what to do
 */
export function utf8Check(): { pass(chunk: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let line = 1
  const decode = (chunk?: Uint8Array) => {
    try {
      decoder.decode(chunk ?? new Uint8Array(), { stream: chunk !== undefined })
    } catch {
      throw new UnreadableFile(
        `The file is not UTF-8: bytes in or after line ${line} have another encoding, such as Latin-1 or UTF-16. ` +
          `${REMEDY} Nothing was imported.`,
      )
    }
  }
  return {
    pass(chunk) {
      for (const piece of pieces(chunk)) {
        decode(piece)
        line += newlines(piece)
      }
    },
    end: () => decode(),
  }
}

/** Bytes checked at once: small, so that the reported line is close. */
const PIECE_BYTES = 4_096

function* pieces(chunk: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < chunk.length; at += PIECE_BYTES) yield chunk.subarray(at, at + PIECE_BYTES)
}

function newlines(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count++
  return count
}
