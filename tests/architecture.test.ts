import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'
import { doubleCastsOf, filesPerFolder, functionsOf, linesOf, quantile } from '../scripts/structure/measures.ts'
import {
  circlesIn,
  type ImportKind,
  importsOf,
  readSource,
  readSources,
  targetOf,
} from '../scripts/structure/source-files.ts'

/** A file imports its own folder and folders earlier in this list, types included (docs/decisions/025-layout.md). */
const ORDER = [
  'kit',
  'storage',
  'security',
  'web',
  'events',
  'notices',
  'campaigns',
  'emails',
  'renderer',
  'transports',
  'supporter-list',
  'suppression',
  'delivery',
  'mailbox',
  'dispatch',
  'supporters',
  'provider-events',
  'actions',
  'places',
  'use-cases',
  'api',
]
/** The Worker's top files may import every folder and the files before them in this list. */
const TOP = ['app.tsx', 'schedule.ts', 'worker.ts']
/** Every folder may import these: the URL table, the settings and the stubs of Durable Objects. They import `kit`. */
const FOR_ALL = ['paths.ts', 'env.ts', 'objects.ts']
/** Folders that `env.ts` imports, so they must not import the settings. */
const BEFORE_SETTINGS = ['kit', 'security', 'transports']
/** The command line is a separate program: no folder imports it, and it knows the API by the OpenAPI document only. */
const COMMAND_LINE = { folder: 'cli', sees: ['kit', 'security', 'campaigns', 'supporters'] }

/** Which files may import each package. A package that is missing here may not be imported at all. */
const PACKAGES: Record<string, (file: string, kind: ImportKind) => boolean> = {
  hono: (file) => /^app\.tsx$|^(web|api)\/|\/routes[^/]*\.tsx?$/.test(file),
  'hono/jsx': (file) => file.endsWith('.tsx'),
  'hono/html': (file) => file.endsWith('.tsx'),
  zod: () => true,
  yaml: (file) => file.startsWith('campaigns/source/') || file.startsWith('cli/language-files/'),
  marked: (file) => file.startsWith('campaigns/source/'),
  'intl-messageformat': (file) => ['kit/messages.ts', 'cli/language-files/read-strings.ts'].includes(file),
  liquidjs: (file) => file === 'emails/template/compile.ts',
  mjml: (file, kind) => file === 'emails/template/compile.ts' && kind !== 'static', // 650 kB: loaded only to compile
  // 280 kB with its font: loaded only to write a PDF.
  pdfkit: (file, kind) =>
    file.startsWith('campaigns/print/pdf/') &&
    (kind === 'type' || (kind === 'dynamic' && file === 'campaigns/print/pdf/document.ts')),
  nodemailer: (file) => file === 'transports/mime/mime.ts',
  aws4fetch: (file) => file === 'transports/drivers/ses.ts',
  'bidi-js': (file) => file === 'campaigns/share-image/visual-order.ts',
  'csv-parse': (file) => ['supporters/import/csv-reader.ts', 'cli/list/read-list.ts'].includes(file),
  'csv-stringify': (file) => ['supporters/export/csv.ts', 'cli/list/read-list.ts'].includes(file),
  commander: (file) => file.startsWith('cli/'),
  '@clack/prompts': (file, kind) => file.startsWith('cli/') && kind === 'dynamic', // loaded only to ask
  'cloudflare:workers': (file) => durableObjects(file).length > 0,
  'node:': (file) => file.startsWith('cli/') || NEED_NODE.includes(file),
  'cloudflare:sockets': (file, kind) => file === 'transports/smtp/socket.ts' && kind === 'dynamic', // Node has no such module
}

/** Files that may import `node:` modules: Web Crypto has no incremental or synchronous hash, DER signatures or certificates. */
const NEED_NODE = [
  'supporters/import/upload.ts',
  'emails/message-id.ts',
  'provider-events/providers/sendgrid.ts',
  'provider-events/providers/sns.ts',
]

const MAX_LINES = 260
const MAX_MEDIAN_LINES = 60
const MAX_P90_LINES = 150
const MAX_LINE_CHARACTERS = 140
const MAX_FUNCTION_LINES = 60
const MAX_OBJECT_LINES = 150
const MAX_FOLDER_FILES = 20

const src = join(import.meta.dirname, '..', 'src')
const read = (path: string) => readFileSync(join(src, '..', path), 'utf8')
const files = readSources(src)
const imports = files.flatMap(importsOf)

const boundClasses = (): string[] =>
  [...read('wrangler.toml').matchAll(/class_name = "(\w+)"/g)].flatMap(([, name]) => name ?? [])

function durableObjects(file: string): string[] {
  const declared = [...read(`src/${file}`).matchAll(/export class (\w+) extends DurableObject/g)]
  return declared.flatMap(([, name]) => (name !== undefined && boundClasses().includes(name) ? [name] : []))
}

const folderOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '.')

function isAllowed({ from }: { from: string }, to: string): boolean {
  const [folder, other] = [folderOf(from), folderOf(to)]
  if (folder === other && folder !== '.') return true
  if (FOR_ALL.includes(to)) return true
  if (FOR_ALL.includes(from)) return from === 'env.ts' ? BEFORE_SETTINGS.includes(other) : other === 'kit'
  if (TOP.includes(from)) return ORDER.includes(other) || (TOP.includes(to) && TOP.indexOf(to) < TOP.indexOf(from))
  if (folder === COMMAND_LINE.folder) return COMMAND_LINE.sees.includes(other)
  return ORDER.includes(folder) && ORDER.includes(other) && ORDER.indexOf(other) < ORDER.indexOf(folder)
}

test('every folder of src has a place in the import order', () => {
  const places = new Set(files.map(({ path }) => (path.includes('/') ? folderOf(path) : path)))
  const known = [...ORDER, ...TOP, ...FOR_ALL, COMMAND_LINE.folder]
  expect([...places].filter((place) => !known.includes(place))).toEqual([])
})

test('the script that generates modules imports no generated one, so that it runs in a fresh clone', () => {
  const root = join(src, '..')
  const needed = new Set<string>()
  const follow = (path: string): void => {
    if (needed.has(path)) return
    needed.add(path)
    if (path.endsWith('.gen.ts')) return
    for (const found of importsOf(readSource(root, path))) {
      const to = targetOf(found)
      if (found.kind !== 'type' && to !== undefined) follow(to)
    }
  }
  follow('scripts/content.ts')
  expect(needed).toContain('src/campaigns/source/read-campaign.ts')
  expect([...needed].filter((path) => path.endsWith('.gen.ts'))).toEqual([])
})

test('a file imports only its own folder and earlier ones, types included', () => {
  const wrong = imports.flatMap((found) => {
    const to = targetOf(found)
    return to === undefined || isAllowed(found, to) ? [] : [`${found.from} imports ${to}`]
  })
  expect(wrong).toEqual([])
})

test('in dispatch/, only the campaign mail and the dispatch request import from campaigns/', () => {
  const knowing = imports.filter(
    ({ from, specifier }) => from.startsWith('dispatch/') && specifier.includes('/campaigns/'),
  )
  expect([...new Set(knowing.map(({ from }) => from))].sort()).toEqual([
    'dispatch/campaign-mail.ts',
    'dispatch/dispatch-request.ts',
  ])
})

test('no imports form a circle, types included', () => {
  expect(circlesIn(files, () => true).map((circle) => circle.join(' → '))).toEqual([])
})

test('a package is imported only by the files allowed to', () => {
  const wrong = imports.flatMap((found) => {
    if (targetOf(found) !== undefined) return []
    const name = packageOf(found.specifier)
    return PACKAGES[name]?.(found.from, found.kind) ? [] : [`${found.from} imports ${found.specifier}`]
  })
  expect(wrong).toEqual([])
})

/** The package of a specifier: its first part, except `hono/jsx` and `hono/html`, which have their own entries in PACKAGES. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:'
  return specifier in PACKAGES ? specifier : (specifier.split('/')[0] ?? specifier)
}

test('every Durable Object of wrangler.toml has exactly one class, and a binding in bindings.d.ts', () => {
  expect(files.flatMap(({ path }) => durableObjects(path)).sort()).toEqual(boundClasses().sort())
  const bound = [
    ...read('wrangler.toml').matchAll(/^binding = "(\w+)"|\{ name = "(\w+)", class_name|^name = "(\w+)"$/gm),
  ]
  const names = bound.flatMap(([, namespace, object, limit]) => namespace ?? object ?? limit ?? [])
  const declared = [...read('src/bindings.d.ts').matchAll(/^ {4}(\w+)\??:/gm)].flatMap(([, name]) => name ?? [])
  expect(names.filter((name) => name !== 'tocsin' && !declared.includes(name))).toEqual([])
})

test('no type is cast through unknown', () => {
  expect(files.flatMap(doubleCastsOf)).toEqual([])
})

test('files, functions, lines and folders stay within their size limits', () => {
  const lengths = files.map(linesOf)
  expect(quantile(lengths, 0.5)).toBeLessThanOrEqual(MAX_MEDIAN_LINES)
  expect(quantile(lengths, 0.9)).toBeLessThanOrEqual(MAX_P90_LINES)
  const long = files.flatMap((file) => (linesOf(file) > MAX_LINES ? [`${file.path}: ${linesOf(file)} lines`] : []))
  const wide = files.filter(({ text }) => text.split('\n').some((line) => line.length > MAX_LINE_CHARACTERS))
  const full = [...filesPerFolder(files)].filter(([, count]) => count > MAX_FOLDER_FILES)
  const functions = files.flatMap(functionsOf)
  const longFunctions = functions.filter(({ lines }) => lines > MAX_FUNCTION_LINES)
  expect({ long, wide: wide.map(({ path }) => path), full, longFunctions }).toEqual({
    long: [],
    wide: [],
    full: [],
    longFunctions: [],
  })
  expect(functions.length).toBeGreaterThan(files.length) // guards against a pattern that finds none
})

test('a Durable Object class only parses, calls and maps, so its file is short', () => {
  const objects = files.filter(({ path }) => durableObjects(path).length > 0)
  expect(objects.length).toBeGreaterThan(5)
  expect(objects.flatMap((file) => (linesOf(file) > MAX_OBJECT_LINES ? [file.path] : []))).toEqual([])
})

test('there is one workerd, dependencies are pinned, and the lock file names no registry', () => {
  const packages = lockedPackages()
  expect(Object.keys(packages).filter((path) => path.endsWith('node_modules/workerd'))).toHaveLength(1)
  expect(read('package-lock.json')).not.toMatch(/"resolved": "[a-z+]+:/) // workspace packages have a folder there
  const { dependencies, devDependencies } = JSON.parse(read('package.json'))
  const versions = Object.entries<string>({ ...dependencies, ...devDependencies })
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
})

test('the lock file has the optional packages of every system: npm ci refuses it otherwise', () => {
  const packages = lockedPackages()
  const systems = Object.values(packages).flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
  expect(
    systems.filter((name) => !Object.keys(packages).some((path) => path.endsWith(posix.join('node_modules', name)))),
  ).toEqual([])
})

function lockedPackages(): Record<string, { optionalDependencies?: Record<string, string> }> {
  return JSON.parse(read('package-lock.json')).packages
}
