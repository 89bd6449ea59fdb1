/** One server per folder of state: two would run the same alarms, and send the same mails twice. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import * as z from 'zod'
import { parseJson } from '../../src/kit/parse-json.ts'
import { errorCode, isAlive } from '../local/runtime.ts'

/** `id`: what the server answers at `IDENTITY`, so that a process with a reused number is not taken for it. */
const holder = z.object({ pid: z.int(), url: z.string(), id: z.string(), since: z.string() })
type Holder = z.infer<typeof holder>

/** Path at which a running server answers with its id. */
export const IDENTITY = '/.tocsin-server'
const ANSWER_WITHIN_MS = 2_000

/** Locks a folder of state for the server at `url`. Returns a function that unlocks it. @throws Error if another server runs on it */
export async function lockFolder(folder: string, { url, id }: Pick<Holder, 'url' | 'id'>): Promise<() => void> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'server-lock.json')
  const own: Holder = { pid: process.pid, url, id, since: new Date().toISOString() }
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify(own), { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
    const other = readHolder(path)
    if (other !== undefined && (await runs(other))) throw new Error(refusal(folder, other))
    rmSync(path, { force: true }) // left by a server that was killed
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return holder.safeParse(parseJson(readFileSync(path, 'utf8'))).data
  } catch {
    return undefined // unlocked meanwhile
  }
}

/** Whether the server still runs. A server that is suspended answers nothing and still holds its folder. */
async function runs({ pid, url, id }: Holder): Promise<boolean> {
  if (!isAlive(pid)) return false
  try {
    const answer = await fetch(new URL(IDENTITY, url), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    return (await answer.text()) === id
  } catch (error) {
    return error instanceof DOMException && error.name === 'TimeoutError'
  }
}

const refusal = (folder: string, { pid, url, since }: Holder): string => {
  const shown = relative(process.cwd(), folder) || '.'
  return `A server already runs on ${shown}: ${url}, process ${pid}, since ${new Date(since).toLocaleString('en-GB')}.
Two servers on one folder would send the same mails twice. Use that one, or stop it with Ctrl-C in its window,
or give this one a folder of its own: npm start -- --persist-to .tocsin/another`
}
