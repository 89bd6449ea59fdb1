/** A style sheet as it is served. The hash names its content in the URL, so that it can be cached for ever. */
export function styleSheet(source: string): { css: string; hash: string } {
  const css = squeezed(source)
  return { css, hash: hashOf(css) }
}

/** Comments, indentation, line breaks and the space around punctuation say nothing to a browser. */
const squeezed = (css: string): string =>
  css
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/\s?([{};])\s?/g, '$1')
    .replace(/([:,>]) /g, '$1')
    .replaceAll(';}', '}')
    .trim()

/** FNV-1a, 32 bit. Not a matter of security. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
