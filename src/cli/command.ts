import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** Something the person at the terminal can correct; shown without a stack. */
export class Mistake extends Error {}

/** Where the deployment is, and the token for it. */
export type Deployment = { url: string; token: string }

/** `--url`, else TOCSIN_URL, else a local one; the token from the environment or from .dev.vars. */
export function deploymentAt(url: string | undefined): Deployment {
  const local = existsSync('.dev.vars') ? parseEnv(readFileSync('.dev.vars', 'utf8')) : {}
  return {
    url: (url ?? process.env.TOCSIN_URL ?? 'http://127.0.0.1:8787').replace(/\/+$/, ''),
    token: process.env.TOCSIN_TOKEN ?? local.TOCSIN_TOKEN ?? '',
  }
}

/** Runs a command and sets the exit code. Mistakes are shown without a stack. */
export async function run(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main()
  } catch (error) {
    const isMistake = error instanceof Mistake || /^(ERR_PARSE|ENOENT|EEXIST|ECONN|ENOTFOUND)/.test(codeOf(error))
    console.error(isMistake && error instanceof Error ? error.message || codeOf(error) : error)
    process.exitCode = 1
  }
}

/** The code of an error of Node, such as ECONNREFUSED; '' where it has none. */
export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
