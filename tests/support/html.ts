import { type DefaultTreeAdapterMap, parse } from 'parse5'

type Node = DefaultTreeAdapterMap['node']

const childrenOf = (node: Node): Node[] => ('childNodes' in node ? node.childNodes : [])

/** The nested elements of a document with the names of their attributes: what no recipient's value may change. */
export function skeleton(html: string): string {
  const visit = (node: Node): string => {
    if (node.nodeName === '#text') return ''
    const attributes = 'attrs' in node ? node.attrs.map(({ name }) => name).join(' ') : ''
    return `<${node.nodeName} ${attributes}>${childrenOf(node).map(visit).join('')}</>`
  }
  return visit(parse(html))
}

export function elements(html: string, name: string): Array<{ text: string; attributes: Record<string, string> }> {
  const found: Array<{ text: string; attributes: Record<string, string> }> = []
  const visit = (node: Node): void => {
    if (node.nodeName === name && 'attrs' in node) {
      found.push({ text: textOf(node), attributes: Object.fromEntries(node.attrs.map((a) => [a.name, a.value])) })
    }
    childrenOf(node).forEach(visit)
  }
  visit(parse(html))
  return found
}

const textOf = (node: Node): string => ('value' in node ? node.value : childrenOf(node).map(textOf).join(''))

/** The text nodes of a document, in order. */
export function piecesOfText(html: string): string[] {
  const visit = (node: Node): string[] => ('value' in node ? [node.value] : childrenOf(node).flatMap(visit))
  return childrenOf(parse(html)).flatMap(visit)
}

/** The text of the document's body. */
export const visibleText = (html: string): string =>
  elements(html, 'body')
    .map(({ text }) => text)
    .join('')
