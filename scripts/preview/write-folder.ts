/** Writes a preview to a folder: all of it or nothing, and over nothing that is not a preview. */

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Collected } from './collect.ts'
import { indexPage, MARK } from './index-page.ts'
import { pathOf } from './shown.ts'

/** Why nothing may be written to this folder; undefined if it is missing, empty or an earlier preview. */
export function folderFault(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined
  const index = join(folder, 'index.html')
  if (existsSync(index) && readFileSync(index, 'utf8').startsWith(MARK)) return undefined
  return readdirSync(folder).length === 0
    ? undefined
    : `${folder}: found a folder with other files, which a preview does not write over; name another with --out`
}

/** Writes the files and an index.html. Returns its path. */
export function writePreview(folder: string, collected: Collected): string {
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  for (const one of collected.shown)
    for (const [ending, bytes] of Object.entries(one.files)) {
      const path = join(unfinished, pathOf(one, ending))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, bytes)
    }
  writeFileSync(join(unfinished, 'index.html'), indexPage(collected))
  rmSync(folder, { recursive: true, force: true })
  renameSync(unfinished, folder)
  return join(folder, 'index.html')
}
