import { spawn } from 'node:child_process'

/** The program of each system that opens a file with what the person has chosen for it. */
const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' }

/** Opens a file in the browser. Says so where it cannot: the path is printed in any case. */
export function openFile(path: string): void {
  const opener = spawn(OPENERS[process.platform] ?? 'xdg-open', [path], { stdio: 'ignore', detached: true })
  opener.once('error', () => console.error(`No browser can be opened from here: open ${path} yourself.`))
  opener.unref()
}
