import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Language codes of the YAML files in `root`, sorted. Read from disk, so that the check needs no generated module. */
export const localesIn = (root: string): string[] =>
  readdirSync(root)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort()

/** Names of the folders in `root`, sorted. */
export const namesIn = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()

/** The YAML and Markdown files of a campaign's folder by name. Other files are ignored. */
export function campaignFiles(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => /\.(ya?ml|md)$/.test(name))
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

/** Every campaign folder under `root` with its files, sorted by slug. */
export const campaignFolders = (root: string): Array<{ slug: string; files: Record<string, string> }> =>
  namesIn(root).map((slug) => ({ slug, files: campaignFiles(join(root, slug)) }))
