import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'

/** Where a token stands if no variable names it. git ignores the folder. */
const TOKEN_FILE = '.tocsin/token'
const DEV_VARS = '.dev.vars'
/** Bits of a file's mode by which others than its owner may read, write or run it. */
const OTHERS = 0o077

/** `folder`: where `.dev.vars` and `.tocsin` are, the current one by default. */
type Search = { isLocal: boolean; env: NodeJS.ProcessEnv; folder?: string }
type FoundToken = { token: string; from: string } | { fault: string }

/**
 * The API token: TOCSIN_TOKEN; else the file that TOCSIN_TOKEN_FILE names; else `.tocsin/token` or `.dev.vars`. The latter is for
 * the local server alone, whose keys it holds. `fault`: the file cannot be read, or others may read it.
 */
export function findToken({ isLocal, env, folder = '.' }: Search): FoundToken {
  if (env.TOCSIN_TOKEN) return { token: env.TOCSIN_TOKEN, from: 'TOCSIN_TOKEN' }
  if (env.TOCSIN_TOKEN_FILE) return tokenIn(folder, env.TOCSIN_TOKEN_FILE, 'TOCSIN_TOKEN_FILE: ')
  return (isLocal ? ofDevVars(folder) : undefined) ?? ofTokenFile(folder) ?? { token: '', from: '' }
}

function ofDevVars(folder: string): FoundToken | undefined {
  const file = join(folder, DEV_VARS)
  const { TOCSIN_TOKEN: token } = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  return token ? { token, from: `TOCSIN_TOKEN in ${DEV_VARS}` } : undefined
}

const ofTokenFile = (folder: string): FoundToken | undefined =>
  existsSync(join(folder, TOKEN_FILE)) ? tokenIn(folder, TOKEN_FILE, '') : undefined

/** The token in a file that only its owner may read. Windows has no such modes. */
function tokenIn(folder: string, file: string, setting: string): FoundToken {
  const path = resolve(folder, file)
  if (!existsSync(path)) return { fault: `${setting}found no file ${file}; expected one with the token in it` }
  const { mode } = statSync(path)
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    const found = (mode & 0o777).toString(8)
    const why = 'expected 600, so that nobody else reads the token'
    return { fault: `${setting}${file} has mode ${found}; ${why}: chmod 600 ${file}` }
  }
  const token = readFileSync(path, 'utf8').trim()
  return /^\S+$/.test(token)
    ? { token, from: file }
    : { fault: `${setting}${file}: expected one token and nothing else` }
}
