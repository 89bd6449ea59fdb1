import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { parseAst } from 'vitest/node'

/** A hand-written file of `src`; `path` is relative to `src`, with `/`. */
export type SourceFile = { path: string; text: string; ast: SyntaxNode }

/** A node of the parser's ESTree. Only the members used here are typed. */
export type SyntaxNode = { type: string; start: number; end: number; [key: string]: unknown }

export type ImportKind = 'static' | 'type' | 'dynamic'
type Import = { from: string; specifier: string; kind: ImportKind }

/** Every hand-written file of a folder of sources: no generated modules (`*.gen.ts`), declarations (`*.d.ts`) or packages. */
export function readSources(src: string): SourceFile[] {
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d|\.gen)\.tsx?$/.test(entry.name))
    .map((entry) => relative(src, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('node_modules/'))
    .sort()
    .map((path) => readSource(src, path))
}

export function readSource(src: string, path: string): SourceFile {
  const text = readFileSync(join(src, path), 'utf8')
  const ast: unknown = parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' })
  if (!isNode(ast)) throw new Error(`${path} cannot be parsed`)
  return { path, text, ast }
}

export const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** Calls `visit` for a node and everything below it, parents first. */
export function walk(value: unknown, visit: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit)
  if (!isNode(value)) return
  visit(value)
  for (const child of Object.values(value)) if (typeof child === 'object') walk(child, visit)
}

/** All imports and re-exports of a file, including types and `import()` expressions. */
export function importsOf({ path, ast }: SourceFile): Import[] {
  const found: Import[] = []
  walk(ast, ({ type, source, importKind, exportKind }) => {
    if (!isNode(source) || typeof source.value !== 'string') return
    const isType = importKind === 'type' || exportKind === 'type'
    const kind = type === 'ImportExpression' ? 'dynamic' : isType ? 'type' : 'static'
    found.push({ from: path, specifier: source.value, kind })
  })
  return found
}

/** The path inside `src` of a relative import; undefined for a package. */
export const targetOf = ({ from, specifier }: Import): string | undefined =>
  specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : undefined

/** Cycles of imports, each as its files in order. `counts`: which imports to follow. */
export function circlesIn(files: readonly SourceFile[], counts: (found: Import) => boolean): string[][] {
  const next = new Map(
    files.map((file) => [
      file.path,
      importsOf(file)
        .filter(counts)
        .flatMap((found) => targetOf(found) ?? []),
    ]),
  )
  const done = new Set<string>()
  const circles: string[][] = []
  const follow = (file: string, path: string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file])
    if (path.includes(file) || done.has(file)) return
    for (const to of next.get(file) ?? []) follow(to, [...path, file])
    done.add(file)
  }
  for (const { path } of files) follow(path, [])
  return circles
}
