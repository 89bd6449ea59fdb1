import { existsSync, readFileSync, statSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** Where a token stands if no variable names it. git ignores the folder. */
export const TOKEN_FILE = '.tocsin/token'
const DEV_VARS = '.dev.vars'
/** Bits of a file's mode by which others than its owner may read, write or run it. */
const OTHERS = 0o077

type FoundToken = { token: string; from: string } | { fault: string }

/**
 * The API token: TOCSIN_TOKEN; else the file that TOCSIN_TOKEN_FILE names; else `.tocsin/token` or `.dev.vars`. The latter is first for
 * the local server, whose keys it holds. `fault`: the file cannot be read, or others may read it.
 */
export function findToken({ isLocal, env }: { isLocal: boolean; env: NodeJS.ProcessEnv }): FoundToken {
  if (env.TOCSIN_TOKEN) return { token: env.TOCSIN_TOKEN, from: 'TOCSIN_TOKEN' }
  if (env.TOCSIN_TOKEN_FILE) return tokenIn(env.TOCSIN_TOKEN_FILE, 'TOCSIN_TOKEN_FILE: ')
  const places = isLocal ? [ofDevVars, ofTokenFile] : [ofTokenFile, ofDevVars]
  return places[0]?.() ?? places[1]?.() ?? { token: '', from: '' }
}

function ofDevVars(): FoundToken | undefined {
  const { TOCSIN_TOKEN: token } = existsSync(DEV_VARS) ? parseEnv(readFileSync(DEV_VARS, 'utf8')) : {}
  return token ? { token, from: `TOCSIN_TOKEN in ${DEV_VARS}` } : undefined
}

const ofTokenFile = (): FoundToken | undefined => (existsSync(TOKEN_FILE) ? tokenIn(TOKEN_FILE, '') : undefined)

/** The token in a file that only its owner may read. Windows has no such modes. */
function tokenIn(file: string, setting: string): FoundToken {
  if (!existsSync(file)) return { fault: `${setting}found no file ${file}; expected one with the token in it` }
  const { mode } = statSync(file)
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    const found = (mode & 0o777).toString(8)
    return {
      fault: `${setting}${file} has mode ${found}; expected 600, so that nobody else reads the token: chmod 600 ${file}`,
    }
  }
  const token = readFileSync(file, 'utf8').trim()
  return /^\S+$/.test(token)
    ? { token, from: file }
    : { fault: `${setting}${file}: expected one token and nothing else` }
}
