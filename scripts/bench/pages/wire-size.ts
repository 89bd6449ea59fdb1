/** Bytes of a page as a reader's connection carries them: slow networks cut connections after 15 to 20 kB. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { paths } from '../../../src/paths.ts'
import { root } from '../../local/bundle.ts'
import { organiser } from '../../local/organiser.ts'
import { token } from '../deployment.ts'

/** The quality at which Cloudflare compresses answers on their way. */
const BROTLI_QUALITY = 4
/** How many times as long as the longest bundled campaign the generated one is. */
const TIMES = 3
const LOCALES = ['en', 'ru', 'fr', 'es', 'kk', 'ar']

export type WireSize = { slug: string; path: string; bytes: number }

/** Bytes of each bundled campaign's page in each language, with its headers, and a style sheet that the page links to. */
export async function wireSizes(url: string): Promise<WireSize[]> {
  const slugs = readdirSync(join(root, 'campaigns'))
  return Promise.all(slugs.flatMap((slug) => LOCALES.map((locale) => sizeWithStyle(url, slug, locale))))
}

/** The same of one campaign whose texts are made three times as long, with words of the others. */
export async function longWireSizes(url: string, slug: string): Promise<WireSize[]> {
  await organiser(url, token).publish(slug, lengthened(slug))
  const sizes = await Promise.all(LOCALES.map((locale) => sizeWithStyle(url, slug, locale)))
  return sizes.map(({ path, ...size }) => ({ path: `${path}, three times as long`, ...size }))
}

async function sizeWithStyle(url: string, slug: string, locale: string): Promise<WireSize> {
  const path = paths.campaign(locale, slug)
  const page = await answer(new URL(path, url))
  const [, style] = /<link rel="stylesheet" href="([^"]+)"/.exec(page.text) ?? []
  const linked = style === undefined ? 0 : (await answer(new URL(style, url))).bytes
  return { slug, path, bytes: page.bytes + linked }
}

async function answer(url: URL): Promise<{ text: string; bytes: number }> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}`)
  const body = Buffer.from(await response.arrayBuffer())
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const compressed = brotliCompressSync(body, {
    params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
  })
  return { text: body.toString(), bytes: 'HTTP/1.1 200 OK\r\n\r\n'.length + head.length + compressed.length }
}

const APPEAL = /(?<=^## Appeal\n).*?(?=^## |$(?![\s\S]))/ms

/** The files of a campaign; each appeal is followed by the appeals of other campaigns in its language, else in English. */
function lengthened(slug: string): Record<string, string> {
  const folder = join(root, 'campaigns')
  const others = readdirSync(folder).filter((other) => other !== slug)
  const appealOf = (other: string, file: string): string => {
    const files = readdirSync(join(folder, other))
    const text = readFileSync(join(folder, other, files.includes(file) ? file : 'en.md'), 'utf8')
    return APPEAL.exec(text)?.[0].trim() ?? ''
  }
  const lengthen = (file: string, text: string): string => {
    let more = ''
    for (const other of others) if (more.length < text.length * (TIMES - 1)) more += `${appealOf(other, file)}\n\n`
    return text.replace(APPEAL, (appeal) => `${appeal.trimEnd()}\n\n${more}`)
  }
  return Object.fromEntries(
    readdirSync(join(folder, slug)).map((file) => {
      const text = readFileSync(join(folder, slug, file), 'utf8')
      return [file, file.endsWith('.md') ? lengthen(file, text) : text]
    }),
  )
}
