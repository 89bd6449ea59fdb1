import { absolute } from '../../paths.ts'
import type { Block, Inline, Prose } from './prose.ts'

/** Prose for mails and plain text: links to paths of this site become absolute. `publicUrl` has no trailing slash. */
export const withAbsoluteLinks = (prose: Prose, publicUrl: string): Prose =>
  prose.map((block) => inBlock(block, publicUrl))

function inBlock(block: Block, publicUrl: string): Block {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return { ...block, children: inInlines(block.children, publicUrl) }
    case 'quote':
      return { ...block, children: withAbsoluteLinks(block.children, publicUrl) }
    case 'list':
      return { ...block, items: block.items.map((item) => withAbsoluteLinks(item, publicUrl)) }
    case 'rule':
      return block
  }
}

const inInlines = (children: readonly Inline[], publicUrl: string): Inline[] =>
  children.map((inline) => {
    switch (inline.kind) {
      case 'text':
      case 'break':
        return inline
      case 'image':
        return { ...inline, url: absoluteUrl(inline.url, publicUrl) }
      case 'link':
        return { ...inline, url: absoluteUrl(inline.url, publicUrl), children: inInlines(inline.children, publicUrl) }
      default:
        return { ...inline, children: inInlines(inline.children, publicUrl) }
    }
  })

const absoluteUrl = (url: string, publicUrl: string): string => (url.startsWith('/') ? absolute(publicUrl, url) : url)
