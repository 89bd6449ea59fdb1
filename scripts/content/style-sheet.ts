import { createHash } from 'node:crypto'

/**
 * A minified style sheet; the hash of its content for the URL, so that browsers may cache it without expiry; and the
 * source expression that allows it inside a page (CSP 3 §2.3.1).
 */
export function styleSheet(source: string): { css: string; hash: string; allowed: string } {
  const css = minified(source)
  return { css, hash: hashOf(css), allowed: `'sha256-${createHash('sha256').update(css).digest('base64')}'` }
}

/** The style sheet without comments, indentation, line breaks and space around punctuation. */
const minified = (css: string): string =>
  css
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/\s?([{};])\s?/g, '$1')
    .replace(/([:,>]) /g, '$1')
    .replaceAll(';}', '}')
    .trim()

/** FNV-1a with 32 bits, in hexadecimal. Not for security. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
