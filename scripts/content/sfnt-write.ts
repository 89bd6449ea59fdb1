/** One TrueType font out of characters of several: the tables that PDF needs (ISO 32000-1, 9.9), and `cmap` and `name` for those who read fonts. */

import { partsOf, type Sfnt } from './sfnt.ts'

type Glyph = { outline: Buffer; advance: number; bearing: number }

/** All must share the units of their em, as parts of one font do. The first that has a character gives it. */
export function writeSfnt(files: readonly Sfnt[], codes: readonly number[]): Buffer {
  const [main] = files
  if (main === undefined) throw new Error('no font to take characters from')
  const { glyphs, deepest } = collect(files, codes)
  const offsets = [0]
  for (const { outline } of glyphs) offsets.push((offsets.at(-1) ?? 0) + padded(outline, 2).length)
  const boxes = glyphs.filter(({ outline }) => outline.length > 0).map(({ outline }) => outline)
  const bound = (at: number, pick: (...all: number[]) => number) => pick(...boxes.map((box) => box.readInt16BE(at)))

  const head = Buffer.from(main.table('head'))
  for (const [at, pick] of [
    [2, Math.min],
    [4, Math.min],
    [6, Math.max],
    [8, Math.max],
  ] as const)
    head.writeInt16BE(bound(at, pick), 34 + at)
  head.writeInt16BE(1, 50) // offsets of 32 bits
  const hhea = Buffer.from(main.table('hhea'))
  hhea.writeUInt16BE(Math.max(...glyphs.map(({ advance }) => advance)), 10)
  hhea.writeUInt16BE(glyphs.length, 34)
  const maxp = Buffer.from(main.table('maxp'))
  for (let at = 6; at < maxp.length; at += 2)
    maxp.writeUInt16BE(Math.max(...files.map((file) => file.table('maxp').readUInt16BE(at))), at)
  maxp.writeUInt16BE(glyphs.length, 4)
  maxp.writeUInt16BE(deepest, 30)
  const post = Buffer.from(main.table('post').subarray(0, 32))
  post.writeUInt32BE(0x00030000, 0) // glyphs have no names

  return assemble({
    'OS/2': main.table('OS/2'),
    cmap: cmapOf(codes),
    glyf: Buffer.concat(glyphs.map(({ outline }) => padded(outline, 2))),
    head,
    hhea,
    hmtx: Buffer.concat(glyphs.map(({ advance, bearing }) => words([advance, bearing & 0xffff]))),
    loca: Buffer.concat(offsets.map((offset) => longs([offset]))),
    maxp,
    name: main.table('name'),
    post,
  })
}

/** Glyph 0 for what is missing, then one a character in their order, then what these are put together from. */
function collect(files: readonly Sfnt[], codes: readonly number[]): { glyphs: Glyph[]; deepest: number } {
  const glyphs: Glyph[] = []
  const numbers = new Map<Sfnt, Map<number, number>>(files.map((file) => [file, new Map()]))
  const wanted: Array<[Sfnt, number]> = []
  const want = (file: Sfnt, glyph: number): number => {
    const number = wanted.length
    wanted.push([file, glyph])
    if (!numbers.get(file)?.has(glyph)) numbers.get(file)?.set(glyph, number)
    return number
  }
  const [main] = files
  if (main !== undefined) want(main, 0)
  for (const code of codes) {
    const file = files.find(({ glyphOf }) => glyphOf.has(code))
    const glyph = file?.glyphOf.get(code)
    if (file === undefined || glyph === undefined) throw new Error(`no font has U+${code.toString(16)}`)
    want(file, glyph)
  }
  for (let number = 0; number < wanted.length; number++) {
    const [file, glyph] = wanted[number] ?? [main, 0]
    if (file === undefined) continue
    const outline = Buffer.from(file.outline(glyph))
    for (const place of partsOf(outline)) {
      const part = outline.readUInt16BE(place)
      outline.writeUInt16BE(numbers.get(file)?.get(part) ?? want(file, part), place)
    }
    glyphs.push({ outline, ...file.metrics(glyph) })
  }
  const depth = ({ outline }: Glyph): number => {
    const parts = partsOf(outline).map((place) => glyphs[outline.readUInt16BE(place)])
    return parts.length === 0 ? 0 : 1 + Math.max(...parts.map((part) => (part === undefined ? 0 : depth(part))))
  }
  return { glyphs, deepest: Math.max(...glyphs.map(depth)) }
}

/** Format 4 for Unicode: a segment for each row of characters, as their glyphs follow each other too. */
function cmapOf(codes: readonly number[]): Buffer {
  const segments: Array<{ first: number; last: number; glyph: number }> = []
  for (const [at, code] of codes.entries()) {
    const last = segments.at(-1)
    if (last?.last === code - 1) last.last = code
    else segments.push({ first: code, last: code, glyph: at + 1 })
  }
  segments.push({ first: 0xffff, last: 0xffff, glyph: 0 })
  const count = segments.length
  const power = 2 ** Math.floor(Math.log2(count))
  const four = words([
    4,
    16 + 8 * count,
    0,
    2 * count,
    2 * power,
    Math.log2(power),
    2 * (count - power),
    ...segments.map(({ last }) => last),
    0,
    ...segments.map(({ first }) => first),
    ...segments.map(({ first, glyph }) => (glyph - first) & 0xffff),
    ...segments.map(() => 0),
  ])
  return Buffer.concat([words([0, 1, 3, 1]), longs([12]), four])
}

function assemble(tables: Record<string, Buffer>): Buffer {
  const entries = Object.entries(tables)
  const power = 2 ** Math.floor(Math.log2(entries.length))
  const directory = [
    longs([0x00010000]),
    words([entries.length, 16 * power, Math.log2(power), 16 * (entries.length - power)]),
  ]
  let at = 12 + 16 * entries.length
  for (const [tag, table] of entries) {
    directory.push(Buffer.from(tag, 'latin1'), longs([checksum(table), at, table.length]))
    at += padded(table, 4).length
  }
  const file = Buffer.concat([...directory, ...entries.map(([, table]) => padded(table, 4))])
  const head = 12 + 16 * entries.findIndex(([tag]) => tag === 'head')
  const headAt = file.readUInt32BE(head + 8)
  file.writeUInt32BE(0, headAt + 8)
  file.writeUInt32BE(checksum(file.subarray(headAt, headAt + file.readUInt32BE(head + 12))), head + 4)
  file.writeUInt32BE((0xb1b0afba - checksum(file)) >>> 0, headAt + 8)
  return file
}

function checksum(bytes: Buffer): number {
  const whole = padded(bytes, 4)
  let sum = 0
  for (let at = 0; at < whole.length; at += 4) sum = (sum + whole.readUInt32BE(at)) >>> 0
  return sum
}

const padded = (bytes: Buffer, to: number): Buffer =>
  bytes.length % to === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(to - (bytes.length % to))])

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, 2 * at)
  return bytes
}

function longs(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * at)
  return bytes
}
