import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { inflateRawSync } from 'node:zlib'
import opentype from 'opentype.js'
import { expect, test } from 'vitest'
import { makePdfFont } from '../../../scripts/content/font.ts'

const { faces, characters } = await makePdfFont()
const require = createRequire(import.meta.url)

const parsed = (bytes: Buffer) => opentype.parse(new Uint8Array(bytes).buffer)
const packaged = (file: string) => parsed(readFileSync(require.resolve(`@expo-google-fonts/noto-sans/${file}.ttf`)))

test.each([
  ['regular', '400Regular/NotoSans_400Regular'],
  ['bold', '700Bold/NotoSans_700Bold'],
] as const)('every character of the %s face has the outline and width of the original font', (face, file) => {
  const ours = parsed(inflateRawSync(Buffer.from(faces[face], 'base64')))
  const theirs = packaged(file)
  let composed = 0
  for (const [first, last] of characters) {
    for (let code = first; code <= last; code++) {
      const character = String.fromCodePoint(code)
      const glyph = ours.charToGlyph(character)
      const original = theirs.charToGlyph(character)
      expect(ours.charToGlyphIndex(character), character).toBeGreaterThan(0)
      expect(glyph.advanceWidth, character).toBe(original.advanceWidth)
      expect(glyph.path.commands, character).toEqual(original.path.commands)
      if (character.normalize('NFD') !== character) composed++
    }
  }
  expect(composed).toBeGreaterThan(200) // glyphs composed of others
})
