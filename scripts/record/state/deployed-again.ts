import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A copy of a recorded state in which another revision of a bundled campaign was current, as if its files were those of today. Without it,
 * every change of the files would pause the recorded dispatches. Revisions have the same length, so that the files stay valid.
 * @throws Error if the state has no such revision, or if the lengths differ
 */
export function withRevision(folder: string, recorded: string, current: string): string {
  if (recorded.length !== current.length) throw new Error(`expected a revision as long as ${recorded}: ${current}`)
  const copy = mkdtempSync(join(tmpdir(), 'tocsin-state-'))
  cpSync(folder, copy, { recursive: true })
  let found = 0
  for (const name of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
    const path = join(copy, name)
    if (!statSync(path).isFile()) continue
    const bytes = readFileSync(path)
    for (let at = bytes.indexOf(recorded); at !== -1; at = bytes.indexOf(recorded, at + 1), found++)
      bytes.write(current, at)
    writeFileSync(path, bytes)
  }
  if (found === 0) throw new Error(`the state in ${folder} has no revision ${recorded}`)
  return copy
}
