import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { Fault } from './fault.ts'
import { findUnseenCharacter, unseenFault } from './source-text.ts'
import { yamlMistakes } from './yaml-mistakes.ts'
import { syntaxFaults } from './yaml-syntax.ts'

export type Path = ReadonlyArray<PropertyKey>

/** Parsed YAML: plain values, faults, and the line of each value. */
export type Yaml = { value: unknown; faults: Fault[]; lineOf: (path: Path) => number }

/**
 * Parses YAML.
 * @param firstLine line of the file on which the YAML begins
 */
export function readYaml(source: string, file: string, firstLine = 1): Yaml {
  const lossy = syntaxFaults(source, file, firstLine)
  if (lossy.length > 0) return { value: undefined, faults: lossy, lineOf: () => firstLine }
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false })
  const lineAt = (offset: number) => lines.linePos(offset).line + firstLine - 1

  const faults = yamlMistakes(source, document, lines, { file, firstLine })
  const refuseAnchor = (name: string | undefined, at = 0) => {
    if (name === undefined) return
    const expected = `no anchor; a text that begins with & stands in quotes: "&${name} …"`
    faults.push({ file, line: lineAt(at), found: `&${name}, which YAML takes for an anchor and drops`, expected })
  }
  visit(document, {
    Collection(_, { anchor, range }) {
      refuseAnchor(anchor, range?.[0])
    },
    Scalar(_, { value, range, anchor }) {
      refuseAnchor(anchor, range?.[0])
      const character = typeof value === 'string' ? findUnseenCharacter(value) : undefined
      if (character !== undefined) faults.push(unseenFault(file, lineAt(range?.[0] ?? 0), character))
    },
    Alias(_, { source: name, range }) {
      if (faults.some(({ line }) => line === lineAt(range?.[0] ?? 0))) return
      const found = `the alias *${name}`
      faults.push({ file, line: lineAt(range?.[0] ?? 0), found, expected: 'the value itself, written out' })
    },
  })
  return {
    value: faults.length === 0 ? document.toJS() : undefined,
    faults,
    lineOf: (path) => lineAt(offsetOf(document, path)),
  }
}

/** Offset of the key or list item at a path, else of the nearest existing parent. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents
  let offset = 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (pair === undefined) break
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      const item = node.items[Number(step)]
      if (!isMap(item) && !isScalar(item) && !isSeq(item)) break
      offset = item.range?.[0] ?? offset
      node = item
    } else break
  }
  return offset
}
