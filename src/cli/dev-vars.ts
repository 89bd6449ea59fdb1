import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** The settings of this machine, in the current folder. */
export const DEV_VARS = '.dev.vars'
/** Only the owner may read the secrets in it. */
const OWNER_ONLY = 0o600

export const readVars = (): Record<string, string | undefined> =>
  existsSync(DEV_VARS) ? parseEnv(readFileSync(DEV_VARS, 'utf8')) : {}

/** Replaces the value of a setting in `.dev.vars`, or adds it. Every other byte stays. */
export function writeVar(name: string, value: string): void {
  writeFileSync(DEV_VARS, withVar(existsSync(DEV_VARS) ? readFileSync(DEV_VARS, 'utf8') : '', name, value), {
    mode: OWNER_ONLY,
  })
  chmodSync(DEV_VARS, OWNER_ONLY)
}

/** The text of a file of settings with a new value of one of them. `value` has no quotation mark or line break. */
export function withVar(text: string, name: string, value: string): string {
  const line = new RegExp(
    `^([ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*)(?:"[^"]*"|'[^']*'|\`[^\`]*\`|[^\\r\\n]*)`,
    'gm',
  )
  if (line.test(text)) return text.replace(line, (_, before: string) => `${before}"${value}"`)
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${name}="${value}"\n`
}
