import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { nearestName } from '../kit/words/nearest-name.ts'
import { namesIn } from './campaign-folders.ts'
import { Mistake } from './command.ts'
import { CAMPAIGNS } from './project.ts'

/** The folder of a campaign, by path or by its name in campaigns/. @throws Mistake with the nearest name */
export function folderNamed(typed: string): string {
  const found = [resolve(typed), join(CAMPAIGNS, typed)].find((path) => existsSync(path))
  if (found !== undefined && statSync(found).isDirectory()) return found
  if (found !== undefined) throw new Mistake(`${typed}: found a file; expected the folder it is in: ${dirname(typed)}`)
  const near = nearestName(basename(typed), namesIn(CAMPAIGNS))
  throw new Mistake(`${typed}: there is no such folder.${near === undefined ? '' : ` Did you mean ${near}?`}`)
}
