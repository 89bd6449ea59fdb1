/** The demonstration's last look: what is on the disk after all of it. */

import { join } from 'node:path'
import type { Server } from '../local/server.ts'
import { differs, type Report } from './report.ts'
import { type Found, filesUnder, searchFor } from './state-search.ts'

/** An address and a name of nobody. The name's letters give base64 that differs between the alphabets. */
const CANARIES = ['canary.in.the.mine@example.org', 'Қанарейка ÿ?>ÿ?> Шахтёрская']

/** Captured mail, the one place where addresses stand in clear: it exists on a developer's machine only. */
const OUTBOX = join('do', 'tocsin-Outbox')

const NOT_ASCII = /[^\x20-\x7E]/g
const base64 = (encoding: 'base64' | 'base64url', before: string) => (text: string) =>
  Buffer.from(Buffer.from(`${before}${text}!`).toString(encoding))

/** Ways in which careless code would store a text, each written here with what such code would use. */
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

/** Puts the canaries where the Worker keeps things: as values, and in the database of a namespace. */
export async function plantCanaries({ miniflare }: Server): Promise<void> {
  const kv = await miniflare.getKVNamespace('CONTENT')
  for (const [way, write] of Object.entries(WAYS))
    for (const [n, canary] of CANARIES.entries())
      await kv.put(`canary/${way}/${n}`, new Uint8Array(write(canary)).buffer)
  await kv.put('canary/database', '', { metadata: { canaries: CANARIES } })
}

/** `texts`: what people typed, their addresses and names among it. */
const isAddress = (text: string): boolean => text.includes('@')

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
      // what differs between the alphabets is told by either name where it does not
      .filter((way) => !elsewhere.some(({ text, form }) => text === canary && way.startsWith(form)))
      .map((way) => `${canary} as ${way}`),
  )
  report.check(`A canary planted in each of ${Object.keys(WAYS).length} forms is found, and one inside a database.`, [
    ...missed,
    ...CANARIES.filter(
      (canary) => !elsewhere.some(({ text, path }) => text === canary && /\.sqlite(-wal)?$/.test(path)),
    ),
    ...differs(
      'addresses found in the outbox',
      texts.every((text) => !isAddress(text) || inBox.has(text)),
      true,
    ),
  ])
  const size = `${files} files, ${Math.round(bytes / 1_000_000)} MB`
  report.check(
    `Nowhere outside the outbox does any of ${texts.filter(isAddress).length} addresses and ${texts.filter((text) => !isAddress(text)).length} names, letters and messages stand (${size}).`,
    elsewhere
      .filter((one) => !isCanary(one))
      .map(({ text, form, path, at }) => `${text} as ${form} in ${path} at byte ${at}`),
  )
}
