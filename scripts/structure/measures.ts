import { posix } from 'node:path'
import { isNode, type SourceFile, type SyntaxNode, walk } from './source-files.ts'

/** Number of lines of a file. A final line break does not count as a line. */
export const linesOf = ({ text }: SourceFile): number => text.trimEnd().split('\n').length

/** The value below which the given share of the numbers lies; 0 for an empty list. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

type MeasuredFunction = { file: string; line: number; name: string; lines: number }

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** Every function, method and arrow function with its length in lines, nested ones included. */
export function functionsOf(file: SourceFile): MeasuredFunction[] {
  const found: MeasuredFunction[] = []
  const lineAt = (offset: number): number => file.text.slice(0, offset).split('\n').length
  const add = (node: SyntaxNode, name: unknown): void => {
    const [line, last] = [lineAt(node.start), lineAt(node.end)]
    found.push({ file: file.path, line, name: typeof name === 'string' ? name : '(arrow)', lines: last - line + 1 })
  }
  walk(file.ast, (node) => {
    if (node.type === 'MethodDefinition' && isNode(node.value)) add(node.value, nameOf(node.key))
    else if (node.type === 'VariableDeclarator' && isNode(node.init) && FUNCTIONS.has(node.init.type))
      add(node.init, nameOf(node.id))
    else if (FUNCTIONS.has(node.type)) add(node, nameOf(node.id))
  })
  return found
}

const nameOf = (node: unknown): unknown => (isNode(node) ? node.name : undefined)

/** Number of hand-written files by folder, without subfolders. */
export function filesPerFolder(files: readonly SourceFile[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { path } of files) {
    const folder = posix.dirname(path)
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return counts
}

/** Names of the types, interfaces and classes that a file declares, exported or not. */
export function typeNamesOf({ ast }: SourceFile): string[] {
  const names: string[] = []
  const declares = new Set([
    'TSTypeAliasDeclaration',
    'TSInterfaceDeclaration',
    'ClassDeclaration',
    'TSEnumDeclaration',
  ])
  walk(ast, (node) => {
    const name = declares.has(node.type) ? nameOf(node.id) : undefined
    if (typeof name === 'string') names.push(name)
  })
  return names
}

/** Every `x as unknown as T` of a file, as `path:line`. */
export function doubleCastsOf(file: SourceFile): string[] {
  const found: string[] = []
  walk(file.ast, (node) => {
    const inner = node.expression
    if (node.type !== 'TSAsExpression' || !isNode(inner) || inner.type !== 'TSAsExpression') return
    if (isNode(inner.typeAnnotation) && inner.typeAnnotation.type === 'TSUnknownKeyword')
      found.push(`${file.path}:${file.text.slice(0, node.start).split('\n').length}`)
  })
  return found
}

/** All identifiers in a file, with repetitions. */
export function identifiersOf({ ast }: SourceFile): string[] {
  const names: string[] = []
  walk(ast, (node) => {
    if (/^(Identifier|JSXIdentifier|PrivateIdentifier)$/.test(node.type) && typeof node.name === 'string')
      names.push(node.name)
  })
  return names
}
