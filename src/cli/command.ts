import { isLoopback } from '../kit/loopback.ts'
import { findToken } from './token.ts'

/** An error that the person at the terminal can correct. Commands print its message without a stack. */
export class Mistake extends Error {}

/** The command line is wrong: nothing was done, and the exit status is 2. */
export class WrongUsage extends Mistake {}

/** Somebody was asked and did not want it: nothing was done, and the exit status is 4. */
export class NotWanted extends Mistake {}

/** No server answers at a URL: the exit status is 3. `code`: Node's code of the failed connection. */
export class NoServer extends Error {
  readonly code: string

  constructor(url: string, code: string, words?: string) {
    const hint = isLoopback(url) ? 'Start one with npm start, or name another with --url.' : 'Is the URL right?'
    super(words ?? `No server answers at ${url} (${code}). ${hint}`)
    this.code = code
  }
}

/** The local server builds a new version, and answers again in a moment. */
export class Rebuilding extends NoServer {}

/**
 * A deployment's URL without a final slash, the API token for it ('' if there is none), and where the token was found. `signal` ends its
 * calls.
 */
export type Deployment = { url: string; token: string; tokenFrom?: string; signal?: AbortSignal }

const LOCAL_URL = 'http://127.0.0.1:8787'

/** URL: `url`, else TOCSIN_URL, else the local server's. @throws WrongUsage for a text that is no URL, Mistake for an unsafe token file */
export function deploymentAt(url: string | undefined): Deployment {
  const typed = url ?? process.env.TOCSIN_URL ?? LOCAL_URL
  if (!/^https?:\/\//i.test(typed) || !URL.canParse(typed)) {
    const from = url === undefined ? 'TOCSIN_URL' : '--url'
    throw new WrongUsage(`${from}: found “${typed}”; expected a URL such as https://act.example.org`)
  }
  const found = findToken({ isLocal: isLoopback(typed), env: process.env })
  if ('fault' in found) throw new Mistake(found.fault)
  return { url: typed.replace(/\/+$/, ''), token: found.token, tokenFrom: found.from }
}

/** The code of a Node error, such as ECONNREFUSED; '' for other errors. */
export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
