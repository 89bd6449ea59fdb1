import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { expect, test } from 'vitest'
import { parseAst } from 'vitest/node'

/** A file imports its own folder and folders earlier in this list. */
const ORDER = [
  'kit',
  'security',
  'campaigns',
  'emails',
  'transports',
  'dispatch',
  'webhooks',
  'supporters',
  'actions',
  'bulletins',
  'organisers',
]
/** The Worker's own files see everything, each the ones before it. */
const TOP = ['app.tsx', 'schedule.ts', 'worker.ts']
/** The URL table and the settings may be imported by all. */
const FOR_ALL = ['paths.ts', 'env.ts']
/** The command line is a separate program: nobody imports it, it needs no Worker, and of the API it knows the shapes. */
const COMMAND_LINE = {
  folder: 'cli',
  sees: ['kit', 'security', 'campaigns', 'emails'],
  seesTypesOf: ['dispatch', 'supporters'],
}

/** Who may import what from outside. A package that is not named here may be imported by nobody. */
const PACKAGES: Record<string, (file: string, kind: Import['kind']) => boolean> = {
  hono: (file) =>
    /^(app|.*\/(routes[^/]*|pages[^/]*|api[^/]*))\.tsx?$|^security\/headers\.ts$|^kit\/problem\.ts$/.test(file),
  'hono/jsx': (file) => file.endsWith('.tsx'),
  'hono/html': (file) => file.endsWith('.tsx'),
  zod: () => true,
  yaml: (file) => file.startsWith('campaigns/'),
  marked: (file) => file.startsWith('campaigns/'),
  'intl-messageformat': (file) => file === 'kit/phrases.ts',
  liquidjs: (file) => file === 'emails/compile.ts',
  mjml: (file, kind) => file === 'emails/compile.ts' && kind !== 'static', // 650 kB that only a compile may cost
  // 280 kB, the font with it, that only a PDF may cost.
  pdfkit: (file, kind) =>
    file.startsWith('campaigns/pdf/') && (kind === 'type' || (kind === 'dynamic' && file === 'campaigns/pdf/open.ts')),
  nodemailer: (file) => file === 'transports/mime.ts',
  aws4fetch: (file) => file === 'transports/drivers/ses.ts',
  'csv-parse': (file) => file === 'supporters/import-csv.ts',
  'csv-stringify': (file) => file === 'supporters/list-csv.ts',
  'cloudflare:workers': (file) => durableObjects(file).length > 0,
  'node:': (file) => file.startsWith('cli/') || NEED_NODE.includes(file),
  'cloudflare:sockets': (file, kind) => file === 'transports/smtp/socket.ts' && kind === 'dynamic', // not there in Node
}

/** Web Crypto has no hash that takes its bytes one piece after the other, or answers at once; no DER signatures; no certificates. */
const NEED_NODE = [
  'supporters/import-upload.ts',
  'emails/message-id.ts',
  'webhooks/providers/sendgrid.ts',
  'webhooks/sns.ts',
]

const MAX_LINES = 300

type Import = { from: string; specifier: string; kind: 'static' | 'type' | 'dynamic' }

const src = join(import.meta.dirname, '..', 'src')
const read = (path: string) => readFileSync(join(src, '..', path), 'utf8')
const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /(?<!\.d|\.gen)\.tsx?$/.test(entry.name))
  .map((entry) => relative(src, join(entry.parentPath, entry.name)).split(sep).join('/'))
const imports = files.flatMap(importsOf)

/** Imports and re-exports, types included, and `import()` wherever it stands. */
function importsOf(from: string): Import[] {
  const found: Import[] = []
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, source, importKind } = node as {
      type?: string
      source?: { value?: unknown } | null
      importKind?: string
    }
    if (type !== undefined && typeof source?.value === 'string') {
      const kind = type === 'ImportExpression' ? 'dynamic' : importKind === 'type' ? 'type' : 'static'
      found.push({ from, specifier: source.value, kind })
    }
    Object.values(node).forEach(visit)
  }
  visit(parseAst(read(`src/${from}`), { lang: from.endsWith('x') ? 'tsx' : 'ts' }).body)
  return found
}

/** The path inside `src` that a relative import means. */
const target = ({ from, specifier }: Import): string | undefined =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined

function durableObjects(file: string): string[] {
  const bound = [...read('wrangler.toml').matchAll(/class_name = "(\w+)"/g)].map(([, name]) => name)
  return [
    ...read(`src/${file}`).matchAll(/export (?:abstract )?class (\w+?)(?:Shell)? extends DurableObject/g),
  ].flatMap(([, name]) => (name !== undefined && bound.includes(name) ? [name] : []))
}

function isAllowed({ from, kind }: Import, to: string): boolean {
  const [folder, other] = [dirname(from), dirname(to)].map((path) => path.split('/')[0] ?? '')
  if (folder === undefined || other === undefined) return false
  if (folder === other && folder !== '.') return true
  if (FOR_ALL.includes(to)) return true
  if (FOR_ALL.includes(from)) return ['kit', 'security', ...(from === 'env.ts' ? ['transports'] : [])].includes(other)
  if (TOP.includes(from)) return ORDER.includes(other) || (TOP.includes(to) && TOP.indexOf(to) < TOP.indexOf(from))
  if (folder === COMMAND_LINE.folder) {
    return COMMAND_LINE.sees.includes(other) || (kind === 'type' && COMMAND_LINE.seesTypesOf.includes(other))
  }
  return ORDER.includes(folder) && ORDER.includes(other) && ORDER.indexOf(other) < ORDER.indexOf(folder)
}

test('every folder of src has its place in the order', () => {
  const places = new Set(files.map((file) => (file.includes('/') ? file.split('/')[0] : file)))
  const known = [...ORDER, ...TOP, ...FOR_ALL, COMMAND_LINE.folder]
  expect([...places].filter((place) => !known.includes(place ?? ''))).toEqual([])
})

test('what makes the generated modules needs none of them, so that a fresh clone can make them', () => {
  const needed = new Set<string>()
  const follow = (path: string): void => {
    if (needed.has(path)) return
    needed.add(path)
    if (path.endsWith('.gen.ts')) return
    for (const found of importsOf(`../${path}`)) {
      if (found.kind !== 'type' && found.specifier.startsWith('.'))
        follow(posix.join(posix.dirname(path), found.specifier))
    }
  }
  follow('scripts/content.ts')
  expect(needed).toContain('src/campaigns/read.ts')
  expect([...needed].filter((path) => path.endsWith('.gen.ts'))).toEqual([])
})

test('a file imports its own folder and earlier ones only', () => {
  const wrong = imports.flatMap((found) => {
    const to = target(found)
    return to === undefined || isAllowed(found, to) ? [] : [`${found.from} imports ${to}`]
  })
  expect(wrong).toEqual([])
})

test('no file needs itself to run, by way of others', () => {
  const next = Map.groupBy(
    imports.filter(({ kind }) => kind !== 'type'),
    ({ from }) => from,
  )
  const done = new Set<string>()
  const cycles: string[] = []
  const walk = (file: string, path: string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
    if (path.includes(file) || done.has(file)) return
    for (const found of next.get(file) ?? []) {
      const to = target(found)
      if (to !== undefined) walk(to, [...path, file])
    }
    done.add(file)
  }
  for (const file of files) walk(file, [])
  expect(cycles).toEqual([])
})

test('a package is imported only where it belongs', () => {
  const wrong = imports.flatMap((found) => {
    if (target(found) !== undefined) return []
    const name = packageOf(found.specifier)
    return PACKAGES[name]?.(found.from, found.kind) ? [] : [`${found.from} imports ${found.specifier}`]
  })
  expect(wrong).toEqual([])
})

/** `hono/jsx` and `hono/html` render pages and stand for themselves; otherwise a package is its first part. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:'
  return specifier in PACKAGES ? specifier : (specifier.split('/')[0] ?? specifier)
}

test('every Durable Object of wrangler.toml has exactly one class', () => {
  const bound = [...read('wrangler.toml').matchAll(/class_name = "(\w+)"/g)].map(([, name]) => name)
  expect(files.flatMap(durableObjects).sort()).toEqual(bound.sort())
})

test('no file is too long to be read in one go', () => {
  const long = files.filter((file) => read(`src/${file}`).split('\n').length > MAX_LINES)
  expect(long).toEqual([])
})

test('there is one workerd in the tree, dependencies are pinned, and the lock file names no registry', () => {
  const packages = lockedPackages()
  expect(Object.keys(packages).filter((path) => path.endsWith('node_modules/workerd'))).toHaveLength(1)
  expect(read('package-lock.json')).not.toContain('"resolved"')
  const { dependencies, devDependencies } = JSON.parse(read('package.json'))
  const versions = Object.entries<string>({ ...dependencies, ...devDependencies })
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
})

test('the lock file has the programs of every system, not only of the one it was written on: npm ci refuses it otherwise', () => {
  const packages = lockedPackages()
  const systems = Object.values(packages).flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
  expect(
    systems.filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`))),
  ).toEqual([])
})

function lockedPackages(): Record<string, { optionalDependencies?: Record<string, string> }> {
  return JSON.parse(read('package-lock.json')).packages
}
