import type { Block, Inline, Prose } from '../../campaigns/text/prose.ts'
import type { Direction } from '../../kit/locales.ts'
import { dataToHtml, isLinkable } from './escape.ts'
import { PALETTE, sidesOf } from './style.ts'

const { accent, line } = PALETTE.light

export const RULE_HTML = `<hr class="line" style="margin:24px 0;border:0;border-top:1px solid ${line}">`

/** Prose as HTML for a mail. Styles are inline, because many mail programs drop style sheets; classes carry the dark colours. */
export const proseHtml = (prose: Prose, direction: Direction): string => blocks(prose, direction)

const blocks = (prose: readonly Block[], direction: Direction): string =>
  prose.map((block) => blockHtml(block, direction)).join('\n')

function blockHtml(block: Block, direction: Direction): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p style="margin:0 0 16px">${inlines(block.children)}</p>`
    case 'heading':
      return `<h2 style="margin:28px 0 10px;font-size:20px;line-height:1.3;font-weight:700">${inlines(block.children)}</h2>`
    case 'list':
      return listHtml(block, direction)
    case 'quote': {
      const { start } = sidesOf(direction)
      const style = `margin:0 0 16px;padding:0;padding-${start}:18px;border-${start}:3px solid ${accent}`
      return `<blockquote class="accent-line" style="${style}">${blocks(block.children, direction)}</blockquote>`
    }
    case 'rule':
      return RULE_HTML
  }
}

function listHtml(list: Extract<Block, { kind: 'list' }>, direction: Direction): string {
  const tag = list.ordered ? 'ol' : 'ul'
  const first = list.ordered && list.start !== 1 ? ` start="${list.start}"` : ''
  const items = list.items.map((item) => {
    const [only, ...more] = item
    const inner = only?.kind === 'paragraph' && more.length === 0 ? inlines(only.children) : blocks(item, direction)
    return `<li style="margin:0 0 8px">${inner}</li>`
  })
  const style = `margin:0 0 16px;padding:0;padding-${sidesOf(direction).start}:26px`
  return `<${tag}${first} style="${style}">${items.join('')}</${tag}>`
}

const inlines = (children: readonly Inline[], inLink = false): string =>
  children.map((child) => inlineHtml(child, inLink)).join('')

function inlineHtml(inline: Inline, inLink: boolean): string {
  switch (inline.kind) {
    case 'text':
      return dataToHtml(inline.text)
    case 'strong':
      return `<strong>${inlines(inline.children, inLink)}</strong>`
    case 'emphasis':
      return `<em>${inlines(inline.children, inLink)}</em>`
    case 'break':
      return '<br>'
    case 'link':
      return linkHtml(inline.url, inlines(inline.children, true), inLink)
    case 'image': // a link, because opening a mail must not load remote files
      return linkHtml(inline.url, dataToHtml(inline.alt || inline.url), inLink)
  }
}

/** HTML link, or only `inner` when inside another link or when a mail may not link to `url`. */
export const linkHtml = (url: string, inner: string, inLink = false): string =>
  inLink || !isLinkable(url)
    ? inner
    : `<a class="link" href="${dataToHtml(url)}" style="color:${accent};text-decoration:underline">${inner}</a>`
