import { directionOf } from '../../kit/locales.ts'
import { absolute } from '../../paths.ts'
import { withIsolatedNumbers } from './isolates.ts'
import type { Block, Inline, Prose } from './prose.ts'

/** What becomes of the text and the links of prose. */
type Rewriting = { text(text: string): string; url(url: string): string }

/** Prose for mails and plain text: links to paths of this site become absolute. `publicUrl` has no trailing slash. */
export const withAbsoluteLinks = (prose: Prose, publicUrl: string): Prose =>
  rewritten(prose, { text: (text) => text, url: (url) => absoluteUrl(url, publicUrl) })

/** Prose for mails in one language: with absolute links, and with telephone numbers that keep their order. */
export const proseForMail = (prose: Prose, locale: string, publicUrl: string): Prose =>
  directionOf(locale) === 'ltr'
    ? withAbsoluteLinks(prose, publicUrl)
    : rewritten(prose, { text: withIsolatedNumbers, url: (url) => absoluteUrl(url, publicUrl) })

const rewritten = (prose: Prose, how: Rewriting): Prose => prose.map((block) => inBlock(block, how))

function inBlock(block: Block, how: Rewriting): Block {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return { ...block, children: inInlines(block.children, how) }
    case 'quote':
      return { ...block, children: rewritten(block.children, how) }
    case 'list':
      return { ...block, items: block.items.map((item) => rewritten(item, how)) }
    case 'rule':
      return block
  }
}

const inInlines = (children: readonly Inline[], how: Rewriting): Inline[] =>
  children.map((inline) => {
    switch (inline.kind) {
      case 'text':
        return { ...inline, text: how.text(inline.text) }
      case 'break':
        return inline
      case 'image':
        return { ...inline, url: how.url(inline.url) }
      case 'link':
        return { ...inline, url: how.url(inline.url), children: inInlines(inline.children, how) }
      default:
        return { ...inline, children: inInlines(inline.children, how) }
    }
  })

const absoluteUrl = (url: string, publicUrl: string): string => (url.startsWith('/') ? absolute(publicUrl, url) : url)
