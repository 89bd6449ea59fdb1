import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const MAX_BYTES = 64_000_000

/** Differences of the named files in two folders, in git's format; '' if all are equal. @throws Error if git fails */
export function difference(recorded: string, fresh: string, names: readonly string[]): string {
  return names.map((name) => between(existing(recorded, name), existing(fresh, name), name)).join('')
}

const existing = (folder: string, name: string): string => {
  const path = join(folder, name)
  return existsSync(path) ? path : '/dev/null'
}

function between(before: string, after: string, name: string): string {
  const options = ['--no-index', '--no-color', '--no-ext-diff', '--text', '--unified=4']
  const { status, stdout, stderr } = spawnSync('git', ['diff', ...options, before, after], {
    encoding: 'utf8',
    maxBuffer: MAX_BYTES,
  })
  if (status !== 0 && status !== 1) throw new Error(`git diff ended with ${status}: ${stderr}`)
  return stdout === ''
    ? ''
    : `${[`--- recorded ${name}`, `+++ now ${name}`, ...stdout.split('\n').slice(4)].join('\n')}\n`
}
