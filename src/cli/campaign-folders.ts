import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Language codes of the YAML files in `root`, sorted. Read from disk, so that the check needs no generated module. */
export const localesIn = (root: string): string[] =>
  readdirSync(root)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort()

/** Every campaign folder under `root` with its YAML and Markdown files by name, sorted by slug. Other files are ignored. */
export function campaignFolders(root: string): Array<{ slug: string; files: Record<string, string> }> {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name: slug }) => {
      const names = readdirSync(join(root, slug)).filter((name) => /\.(ya?ml|md)$/.test(name))
      return {
        slug,
        files: Object.fromEntries(names.map((name) => [name, readFileSync(join(root, slug, name), 'utf8')])),
      }
    })
    .sort((a, b) => (a.slug < b.slug ? -1 : 1))
}
