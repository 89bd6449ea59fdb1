import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Folders of the clone that this program stands in, whatever the current folder is. */

export const ROOT = join(import.meta.dirname, '../..')
export const CAMPAIGNS = join(ROOT, 'campaigns')
export const STRINGS = join(ROOT, 'strings')
/** Files of this machine, which git ignores. */
export const PRIVATE = join(ROOT, '.tocsin')

/** Generates the texts of pages in a fresh clone, in which nothing was started yet. `clone`: its folder. */
export async function makeTexts(clone = ROOT): Promise<void> {
  if (existsSync(join(clone, 'src/kit/page-strings.gen.ts'))) return
  await promisify(execFile)(process.execPath, [join(clone, 'scripts/content.ts')])
}
