import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { root } from '../../local/bundle.ts'

/** A bare Hono app in the same runtime as the pages. `/en/hello` answers a short text, `/en/page` one of `bytes` bytes. */
export async function startHello(bytes: number): Promise<{ url: string; stop(): Promise<void> }> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: modulesFrom(join(root, 'hello.js'), source(bytes)),
      modulesRoot: root,
      compatibilityDate: '2026-11-01',
      cf: false,
    }),
  )
  return { url: (await miniflare.ready).origin, stop: () => miniflare.dispose() }
}

const source = (bytes: number): string => `import { Hono } from './node_modules/hono/dist/index.js'
const app = new Hono()
const PAGE = 'x'.repeat(${bytes})
app.get('/:locale/hello', (c) => c.html('<p>hello</p>'))
app.get('/:locale/page', (c) => c.html(PAGE))
export default app`

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
