/** Stands in the bundle for the reader of WOFF2 fonts (wrangler.toml, `[alias]`): our font is TrueType, and most of it is a dictionary. */
export default function leftOut(): never {
  throw new Error('WOFF2 fonts cannot be read: see [alias] in wrangler.toml')
}
