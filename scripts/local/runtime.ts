/** Finds and kills the workerd processes of Miniflare, for tests of crashes. */

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 5
const END_WITHIN_MS = 10_000

/** Process ids of the running workerd processes with this parent. */
export function runtimePids(parent = process.pid): number[] {
  return processes()
    .filter((process) => process.parent === parent && process.name.startsWith('workerd'))
    .map((process) => process.pid)
}

/** Process id of the only workerd of a parent process. @throws Error unless there is exactly one */
export function workerdPid(parent = process.pid): number {
  const [pid, ...others] = runtimePids(parent)
  if (pid === undefined || others.length > 0)
    throw new Error(`process ${parent} has ${pid ? others.length + 1 : 0} workerd processes, expected 1`)
  return pid
}

/** Sends SIGKILL and waits until the process has ended, since a running runtime would go on sending. @throws Error after 10 s */
export async function killRuntime(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  const deadline = Date.now() + END_WITHIN_MS
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`workerd ${pid} did not end within ${END_WITHIN_MS} ms of SIGKILL`)
    await delay(POLL_MS)
  }
}

/** Whether a process runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM' // it runs for another user
  }
}

/** The code of an error of the system, such as EEXIST. */
export const errorCode = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

type Process = { pid: number; parent: number; name: string }

/** All processes of the machine: from /proc on Linux, where `ps` may be missing; from `ps` elsewhere. */
const processes = (): Process[] => (existsSync('/proc/self/stat') ? fromProc() : fromPs())

function fromProc(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // proc(5): pid (comm) state ppid …; the name itself may hold brackets
        const [, name = '', parent] = /^\d+ \((.*)\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
        return [{ pid: Number(pid), parent: Number(parent), name }]
      } catch {
        return [] // the process ended meanwhile
      }
    })
}

function fromPs(): Process[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, path] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
      return path === undefined
        ? []
        : [{ pid: Number(pid), parent: Number(parent), name: path.split('/').at(-1) ?? '' }]
    })
}
