import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROGRAM = join(import.meta.dirname, '..', '..', 'src', 'cli', 'tocsin.ts')

/** Compiled modules of all runs: they halve the time of each. */
const COMPILED = join(tmpdir(), 'tocsin-compiled')

/** How a command ended: its exit status, and what it wrote on stdout and stderr. */
export type Ended = { status: number; out: string; err: string }

/** Variables of this process that a command must not see. */
const HIDDEN = /^(TOCSIN_|API_TOKENS$|npm_)/

/** Runs `tocsin` in a process of its own, without a terminal. */
export const tocsin = (
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = process.cwd(),
): Promise<Ended> =>
  new Promise((resolve) => {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !HIDDEN.test(name)))
    const settings = { ...inherited, NODE_COMPILE_CACHE: COMPILED, ...env }
    execFile(process.execPath, [PROGRAM, ...args], { env: settings, cwd }, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    ).stdin?.end()
  })
