/** Demonstration, stored data: searches the state on disk for personal data in clear. */

import { join } from 'node:path'
import type { Server } from '../local/server.ts'
import { differs, type Report } from './report.ts'
import { type Found, filesUnder, searchFor } from './state-search.ts'

/** An address and a name that test the search. The name's base64 differs between the two alphabets. */
const CANARIES = ['canary.in.the.mine@example.org', 'Қанарейка ÿ?>ÿ?> Шахтёрская']

/** Folder of captured mail, the only place with addresses in clear. Deployments have no outbox. */
const OUTBOX = join('do', 'tocsin-Outbox')

const NOT_ASCII = /[^\x20-\x7E]/g
const base64 = (encoding: 'base64' | 'base64url', before: string) => (text: string) =>
  Buffer.from(Buffer.from(`${before}${text}!`).toString(encoding))

/** Encodings by which careless code might store a text, each with that code's usual functions. */
const WAYS: Record<string, (text: string) => Buffer> = {
  'UTF-8': (text) => Buffer.from(JSON.stringify({ to: text })),
  'UTF-16LE': (text) => Buffer.from(`"${text}"`, 'utf16le'),
  'JSON escapes': (text) => {
    const which = NOT_ASCII.test(text) ? NOT_ASCII : /[\s\S]/g
    return Buffer.from(text.replace(which, (c) => `\\u${`000${c.charCodeAt(0).toString(16)}`.slice(-4)}`))
  },
  'base64 at offset 0': base64('base64', ''),
  'base64 at offset 1': base64('base64', '<'),
  'base64 at offset 2': base64('base64', '{"'),
  'base64 at offset 0, URL alphabet': base64('base64url', ''),
  'base64 at offset 1, URL alphabet': base64('base64url', '<'),
  'base64 at offset 2, URL alphabet': base64('base64url', '{"'),
}

/** Stores the canaries in the state: as KV values in every encoding, and as metadata in a database. */
export async function plantCanaries({ miniflare }: Server): Promise<void> {
  const kv = await miniflare.getKVNamespace('CONTENT')
  for (const [way, write] of Object.entries(WAYS))
    for (const [n, canary] of CANARIES.entries())
      await kv.put(`canary/${way}/${n}`, new Uint8Array(write(canary)).buffer)
  await kv.put('canary/database', '', { metadata: { canaries: CANARIES } })
}

const isAddress = (text: string): boolean => text.includes('@')

/** Checks that the canaries are found, and that no typed text is stored in clear outside the outbox. */
export function searchState(folder: string, typed: readonly string[], report: Report): void {
  const texts = [...new Set(typed)]
  const search = searchFor([...texts, ...CANARIES])
  const found: Array<Found & { path: string }> = []
  let files = 0
  let bytes = 0
  for (const file of filesUnder(folder)) {
    files++
    bytes += file.bytes.length
    found.push(...search(file.bytes).map((one) => ({ ...one, path: file.path })))
  }
  const inOutbox = found.filter(({ path }) => path.startsWith(OUTBOX))
  const inBox = new Set(inOutbox.map(({ text }) => text))
  const elsewhere = found.filter(({ path }) => !path.startsWith(OUTBOX))

  const isCanary = ({ text }: Found) => CANARIES.includes(text)
  const missed = CANARIES.flatMap((canary) =>
    Object.keys(WAYS)
      // a text that is equal in both alphabets is found under the name of the first
      .filter((way) => !elsewhere.some(({ text, form }) => text === canary && way.startsWith(form)))
      .map((way) => `${canary} as ${way}`),
  )
  report.check(
    `The search finds a planted text in each of ${Object.keys(WAYS).length} encodings, and one inside a database.`,
    [
      ...missed,
      ...CANARIES.filter(
        (canary) => !elsewhere.some(({ text, path }) => text === canary && /\.sqlite(-wal)?$/.test(path)),
      ),
      ...differs(
        'addresses found in the outbox',
        texts.every((text) => !isAddress(text) || inBox.has(text)),
        true,
      ),
    ],
  )
  const addresses = texts.filter(isAddress).length
  const size = `${files} files, ${Math.round(bytes / 1_000_000)} MB`
  report.check(
    `No file outside the outbox contains one of ${addresses} addresses or ${texts.length - addresses} other texts (${size}).`,
    elsewhere
      .filter((one) => !isCanary(one))
      .map(({ text, form, path, at }) => `${text} as ${form} in ${path} at byte ${at}`),
  )
}
