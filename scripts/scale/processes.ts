import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../local/bundle.ts'

type Helper = { url: string; stop(): void }

/** Starts a script of this project as a process, and waits for the URL that the script prints. @throws Error if it ends before */
export async function startHelper(script: string, ...values: string[]): Promise<Helper> {
  const child: ChildProcess = spawn(process.execPath, [join(root, script), ...values], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = () => void child.kill()
  process.once('exit', stop)
  if (child.stdout === null) throw new Error(`${script} has no output`)
  for await (const url of createInterface({ input: child.stdout })) return { url, stop }
  throw new Error(`${script} ended before printing its URL`)
}

const KIB = 1_024

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  const status = `/proc/${pid}/status`
  const kib = existsSync(status)
    ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  return Number(kib ?? 0) * KIB
}

/** Total size of the files under a folder in bytes. */
export const folderBytes = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
