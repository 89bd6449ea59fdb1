/**
 * Stands in the bundle for the parts of MJML that only make its output smaller or prettier (wrangler.toml, `[alias]`):
 * 160 kB compressed that a Worker would carry and never run, as our e-mails are compiled with neither.
 */
export default function missingModule(): never {
  throw new Error('MJML’s minifier and beautifier are not in the bundle: see [alias] in wrangler.toml')
}
