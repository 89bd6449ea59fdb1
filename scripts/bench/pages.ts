import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { paths } from '../../src/paths.ts'
import { root } from '../local/bundle.ts'
import { deploy } from './deployment.ts'
import { load } from './load.ts'

/** A bundled campaign whose page has every section. */
const CAMPAIGN = 'kas-kor-1994'

export type Pages = { hello: number; page: number; pageBytes: number; signUps: number }

/** Requests per second of a campaign page and of sign-ups; `hello` is a bare Hono app in the same runtime, for comparison. */
export async function pages(state: string, seconds: number): Promise<Pages> {
  const hello = await bareHono(seconds)
  const { server, url } = await deploy({ state })
  try {
    const host = new URL(url).host
    const get = `GET ${paths.campaign('en', CAMPAIGN)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`
    await load(url, () => get, 1, 200)
    const page = await load(url, () => get, seconds, 200)
    const signUps = await load(url, (n) => signUp(host, n), seconds, 202)
    return { hello, page: page.perSecond, pageBytes: page.bytes, signUps: signUps.perSecond }
  } finally {
    await server.stop()
  }
}

/** Bytes of the request of sign-up n. Each comes from another network; otherwise the limit per client would be measured. */
function signUp(host: string, n: number): string {
  const body = JSON.stringify({ email: `visitor.${n}@people.example`, locales: ['en'] })
  const from = [10, n >> 16, (n >> 8) & 255, n & 255].join('.')
  const head = [
    `POST ${paths.signUp('en')} HTTP/1.1`,
    `Host: ${host}`,
    `CF-Connecting-IP: ${from}`,
    'Accept: application/json',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

const HELLO = `import { Hono } from './node_modules/hono/dist/index.js'
const app = new Hono()
app.get('/:locale/hello', (c) => c.html('<p>hello</p>'))
export default app`

async function bareHono(seconds: number): Promise<number> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: modulesFrom(join(root, 'hello.js'), HELLO),
      modulesRoot: root,
      compatibilityDate: '2026-11-01',
      cf: false,
    }),
  )
  try {
    const url = (await miniflare.ready).origin
    const get = `GET /en/hello HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`
    await load(url, () => get, 1, 200)
    return (await load(url, () => get, seconds, 200)).perSecond
  } finally {
    await miniflare.dispose()
  }
}

type Module = { type: 'ESModule'; path: string; contents: string }

/** A module and, recursively, the modules it imports by relative paths. */
function modulesFrom(path: string, contents: string, found = new Map<string, Module>()): Module[] {
  found.set(path, { type: 'ESModule', path, contents })
  for (const [, specifier = ''] of contents.matchAll(/(?:from|import) ?["'](\.[^"']+)["']/g)) {
    const next = resolve(dirname(path), specifier)
    if (!found.has(next)) modulesFrom(next, readFileSync(next, 'utf8'), found)
  }
  return [...found.values()]
}
