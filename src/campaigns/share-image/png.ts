import { concatenate } from '../../kit/bytes.ts'

/** Writes pictures with a palette as PNG (W3C, third edition). */

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const BITS = 8
const WITH_PALETTE = 3

export type Rgb = readonly [red: number, green: number, blue: number]

/** The bytes of a PNG file. `pixels` has one palette index per pixel, row by row. The palette has at most 256 colours. */
export async function png(
  width: number,
  height: number,
  palette: readonly Rgb[],
  pixels: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([BITS, WITH_PALETTE], 8) // followed by three zeros: deflate, standard filters, no interlacing
  const rows = new Uint8Array((width + 1) * height) // each row begins with the number of its filter: 0, none
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  return concatenate([
    SIGNATURE,
    ...chunk('IHDR', header),
    ...chunk('PLTE', Uint8Array.from(palette.flat())),
    ...chunk('IDAT', await deflate(rows)),
    ...chunk('IEND', new Uint8Array()),
  ])
}

/** Compresses into the zlib format (RFC 1950), as PNG requires. The platform calls this format `deflate`. */
async function deflate(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function chunk(type: string, data: Uint8Array): Uint8Array[] {
  const name = new TextEncoder().encode(type)
  return [uint32(data.length), name, data, uint32(crc32(concatenate([name, data])))]
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

/** CRC table of PNG, annex D, indexed by byte. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1
  return sum
})

function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of bytes) sum = (CRC_TABLE[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8)
  return (sum ^ 0xffffffff) >>> 0
}
