import { existsSync, readFileSync } from 'node:fs'
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as safeRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { parseEnv } from 'node:util'
import * as z from 'zod'
import { parseJson } from '../kit/parse-json.ts'

/** Something the person at the terminal can put right: told without a stack. */
export class UsageError extends Error {}

/** Where the deployment is, and with which token it is asked. */
export type Deployment = { url: string; token: string }

/** `--url`, else TOCSIN_URL, else a local one; the token from the environment or from .dev.vars. */
export function deploymentAt(url: string | undefined): Deployment {
  const local = existsSync('.dev.vars') ? parseEnv(readFileSync('.dev.vars', 'utf8')) : {}
  return {
    url: (url ?? process.env.TOCSIN_URL ?? 'http://127.0.0.1:8787').replace(/\/+$/, ''),
    token: process.env.TOCSIN_TOKEN ?? local.TOCSIN_TOKEN ?? '',
  }
}

/** A request whose body, if any, is a stream. @throws Mistake when the answer is a refusal, Error when there is none. */
export async function request(
  { url, token }: Deployment,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: Readable,
): Promise<IncomingMessage> {
  const send = url.startsWith('https:') ? safeRequest : plainRequest
  const call = send(url + path, { method, headers: { authorization: `Bearer ${token}`, ...headers } })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    call.once('response', resolve)
    call.once('error', reject)
  })
  if (body === undefined) call.end()
  else pipeline(body, call).catch(() => {}) // a refusal may come before the end; the answer, or its lack, says what happened
  const response = await answered
  const { statusCode = 0 } = response
  if (statusCode < 300) return response
  const message = describeProblem(await text(response)) || `${method} ${path} answered ${statusCode}`
  throw statusCode >= 500 ? new Error(message) : new UsageError(message)
}

const problem = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
})

/** A problem (RFC 9457) as a sentence; empty where the body is none. */
function describeProblem(body: string): string {
  const { title, detail, errors = [] } = problem.safeParse(parseJson(body)).data ?? {}
  const faults = errors.map(({ path, message }) => `\n  ${path}: ${message}`).join('')
  return [title, detail].filter(Boolean).join(': ') + faults
}

/** Runs a command; mistakes are told without a stack. */
export async function run(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main()
  } catch (error) {
    // An option that is not known is a mistake too: parseArgs says which.
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const isMistake = error instanceof UsageError || /^(ERR_PARSE|ENOENT|EEXIST|ECONN|ENOTFOUND)/.test(code)
    console.error(isMistake && error instanceof Error ? error.message || code : error)
    process.exitCode = 1
  }
}
