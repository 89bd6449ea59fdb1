/** Looks for texts in files whatever they are: databases, their logs and free pages, blobs. */

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** A text in one of the forms it may stand in. Of base64 there are only the characters that do not depend on what is around it. */
export type Form = { name: string; bytes: Buffer }

export type Found = { text: string; form: string; at: number }

/** Bytes by which a needle is looked up; shorter ones would be found everywhere. */
const KEY_BYTES = 4

/** UTF-8, UTF-16LE, JSON escapes (of what is not ASCII, and of everything), percent-encoding, base64 at its three offsets in both alphabets. */
export function formsOf(text: string): Form[] {
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
 * A search for many texts at once, in one pass over the bytes: each text in each form is told where it stands first.
 * @throws Error when a text is too short to be told from chance.
 */
export function searchFor(texts: readonly string[]): (bytes: Buffer) => Found[] {
  const begins = new Uint8Array(2 ** 16) // whether a needle begins with these two bytes
  const needles = new Map<number, Needle[]>() // by their first four
  for (const text of texts) {
    for (const form of formsOf(text)) {
      if (form.bytes.length < KEY_BYTES) throw new Error(`“${text}” is too short to be searched for`)
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

/** Every file under a folder, by its path in it. */
export function* filesUnder(folder: string): Generator<{ path: string; bytes: Buffer }> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const at = join(entry.parentPath, entry.name)
    yield { path: relative(folder, at), bytes: readFileSync(at) }
  }
}
