import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { mintKeys } from '../../src/cli/keys.ts'
import { root } from './bundle.ts'

/** What a local server needs and nobody has set yet. The addresses are of a domain that no mail ever reaches. */
const LOCAL_IDENTITY = {
  SENDER_NAME: 'Tocsin on this machine',
  SENDER_ADDRESS: 'campaigns@example.org',
  POSTAL_ADDRESS: 'Example Solidarity Network, 1 Example Street, Exampletown',
}

export type DevVars = { settings: Record<string, string>; token: string | undefined }

/**
 * Settings of the local server from `.dev.vars`; what is missing is made (keys at random) and added to the file.
 * `TOCSIN_TOKEN`, the organiser's own token, stays with the tools: the server knows its hash.
 */
export function readDevVars(path = join(root, '.dev.vars')): DevVars {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const found = parseEnv(text)
  const { token: TOCSIN_TOKEN, API_TOKENS, ...keys } = mintKeys()
  const access = found.API_TOKENS === undefined ? { API_TOKENS, TOCSIN_TOKEN } : {}
  const missing = Object.entries({ ...LOCAL_IDENTITY, ...keys, ...access }).filter(
    ([name]) => found[name] === undefined,
  )
  if (missing.length > 0) {
    const heading = '# For this machine only, made by the local server; git does not take this file.\n'
    const gap = text === '' || text.endsWith('\n') ? '' : '\n'
    appendFileSync(path, gap + heading + missing.map(([name, value]) => `${name}="${value}"\n`).join(''))
    chmodSync(path, 0o600) // secrets
  }
  const { TOCSIN_TOKEN: token, ...settings } = { ...found, ...Object.fromEntries(missing) } as Record<string, string>
  return { settings, token }
}
