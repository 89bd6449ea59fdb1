/** Searches any files for texts: databases with their logs and free pages, and blobs. */

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** A text in one of its possible encodings. In base64 only the characters that do not depend on the surrounding bytes. */
type Form = { name: string; bytes: Buffer }

export type Found = { text: string; form: string; at: number }

/** Leading bytes by which a needle is looked up, and the least length of a needle. */
const KEY_BYTES = 4

/** A text in UTF-8, UTF-16LE, JSON escapes (non-ASCII or all), percent-encoding, and base64 at 3 offsets in both alphabets. */
function formsOf(text: string): Form[] {
  const utf8 = Buffer.from(text)
  const escapes = [/[^\x20-\x7E]/g, /[\s\S]/g].flatMap((which) => {
    const escaped = text.replace(which, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    return [escaped, escaped.replace(/\\u[0-9a-f]{4}/g, (small) => `\\u${small.slice(2).toUpperCase()}`)]
  })
  const base64 = [0, 1, 2].flatMap((offset) => {
    const known = [Math.ceil((offset * 8) / 6), Math.floor(((offset + utf8.length) * 8) / 6)] as const
    const encoded = Buffer.concat([Buffer.alloc(offset), utf8])
      .toString('base64')
      .slice(...known)
    const name = `base64 at offset ${offset}`
    return [
      { name, text: encoded },
      { name: `${name}, URL alphabet`, text: encoded.replaceAll('+', '-').replaceAll('/', '_') },
    ]
  })
  const forms: Form[] = [
    { name: 'UTF-8', bytes: utf8 },
    { name: 'UTF-16LE', bytes: Buffer.from(text, 'utf16le') },
    ...escapes.map((escaped) => ({ name: 'JSON escapes', bytes: Buffer.from(escaped) })),
    { name: 'percent-encoding', bytes: Buffer.from(encodeURIComponent(text)) },
    ...base64.map(({ name, text: encoded }) => ({ name, bytes: Buffer.from(encoded) })),
  ]
  return forms.filter(({ bytes }, n) => forms.findIndex((other) => other.bytes.equals(bytes)) === n)
}

type Needle = Form & { text: string }

/**
 * A search for many texts in one pass over the bytes. Finds the first position of each text in each form.
 * @throws Error if a text is shorter than KEY_BYTES bytes in a form
 */
export function searchFor(texts: readonly string[]): (bytes: Buffer) => Found[] {
  const begins = new Uint8Array(2 ** 16) // whether a needle begins with these two bytes
  const needles = new Map<number, Needle[]>() // by their first four
  for (const text of texts) {
    for (const form of formsOf(text)) {
      if (form.bytes.length < KEY_BYTES)
        throw new Error(`“${text}” is too short for a search: expected at least ${KEY_BYTES} bytes`)
      const key = form.bytes.readUInt32BE(0)
      begins[key >>> 16] = 1
      needles.set(key, [...(needles.get(key) ?? []), { ...form, text }])
    }
  }
  return (bytes) => {
    const found = new Map<Needle, Found>()
    for (let at = 0; at + KEY_BYTES <= bytes.length; at++) {
      if (begins[bytes.readUInt16BE(at)] === 0) continue
      for (const needle of needles.get(bytes.readUInt32BE(at)) ?? []) {
        if (found.has(needle) || !bytes.subarray(at, at + needle.bytes.length).equals(needle.bytes)) continue
        found.set(needle, { text: needle.text, form: needle.name, at })
      }
    }
    return [...found.values()]
  }
}

/** All files under a folder, with their paths relative to the folder. */
export function* filesUnder(folder: string): Generator<{ path: string; bytes: Buffer }> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const at = join(entry.parentPath, entry.name)
    yield { path: relative(folder, at), bytes: readFileSync(at) }
  }
}
