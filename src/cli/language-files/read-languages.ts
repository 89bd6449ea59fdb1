import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LanguageState, languageStates, localesInUse, type TextFiles } from './language-state.ts'

/** The state of every language of a clone. */
export function readLanguages(root: string): LanguageState[] {
  const files: TextFiles = {
    strings: yamlIn(join(root, 'strings')),
    'emails/strings': yamlIn(join(root, 'emails', 'strings')),
  }
  return languageStates(files, localesInUse(readFileSync(join(root, 'wrangler.toml'), 'utf8')))
}

/** Texts of the YAML files of a folder, by name. */
export const yamlIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
