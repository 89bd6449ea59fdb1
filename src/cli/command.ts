import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** An error that the person at the terminal can correct. `run` prints its message without a stack. */
export class Mistake extends Error {}

/** A deployment's URL without a final slash, and the API token for it ('' if none is set). */
export type Deployment = { url: string; token: string }

/** URL: `url`, else TOCSIN_URL, else http://127.0.0.1:8787. Token: TOCSIN_TOKEN of the environment, else of .dev.vars. */
export function deploymentAt(url: string | undefined): Deployment {
  const local = existsSync('.dev.vars') ? parseEnv(readFileSync('.dev.vars', 'utf8')) : {}
  return {
    url: (url ?? process.env.TOCSIN_URL ?? 'http://127.0.0.1:8787').replace(/\/+$/, ''),
    token: process.env.TOCSIN_TOKEN ?? local.TOCSIN_TOKEN ?? '',
  }
}

/** Runs a command and sets the exit code: its result, or 1 after an error. Mistakes are printed without a stack. */
export async function run(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main()
  } catch (error) {
    const isMistake = error instanceof Mistake || /^(ERR_PARSE|ENOENT|EEXIST|ECONN|ENOTFOUND)/.test(codeOf(error))
    console.error(isMistake && error instanceof Error ? error.message || codeOf(error) : error)
    process.exitCode = 1
  }
}

/** The code of a Node error, such as ECONNREFUSED; '' for other errors. */
export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
