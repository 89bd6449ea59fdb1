/**
 * Replaces MJML's minifier and beautifier in the bundle (wrangler.toml, `[alias]`), which saves 160 kB compressed. E-mails are
 * compiled without either.
 * @throws Error always, since no code may call either.
 */
export default function missingModule(): never {
  throw new Error('MJML’s minifier and beautifier are not in the bundle: see [alias] in wrangler.toml')
}
