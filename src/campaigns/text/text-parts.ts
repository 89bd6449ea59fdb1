import { utf8 } from '../../kit/bytes.ts'

/**
 * Most bytes of a part of a plain text. With the headers of its answer it stays below 10,000, also uncompressed: some
 * networks freeze a connection after 15,000 (docs/decisions/045-pages-in-ten-kilobytes.md).
 */
export const MAX_TEXT_PART_BYTES = 8_500

const bytesOf = (text: string): number => utf8(text).length

/** A text in parts of at most `most` bytes, cut between paragraphs, else between lines. The parts joined are the text. */
export function textParts(text: string, most = MAX_TEXT_PART_BYTES): string[] {
  const parts: string[] = []
  const add = (piece: string) => {
    const last = parts.at(-1)
    if (last !== undefined && bytesOf(last) + bytesOf(piece) <= most) parts[parts.length - 1] = last + piece
    else parts.push(piece)
  }
  for (const paragraph of text.split(/(?<=\n\n)/)) {
    if (bytesOf(paragraph) <= most) add(paragraph)
    else for (const line of paragraph.split(/(?<=\n)/)) for (const piece of cut(line, most)) add(piece)
  }
  return parts
}

/** A line in pieces of at most `most` bytes, cut between characters. */
function cut(line: string, most: number): string[] {
  if (bytesOf(line) <= most) return [line]
  const pieces = ['']
  let bytes = 0
  for (const character of line) {
    bytes += bytesOf(character)
    if (bytes > most) {
      pieces.push('')
      bytes = bytesOf(character)
    }
    pieces[pieces.length - 1] += character
  }
  return pieces
}
