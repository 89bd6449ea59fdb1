import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The languages that there are texts for, read from `strings/`: the check needs nothing that is made. */
export const localesIn = (root: string): string[] =>
  readdirSync(root)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort()

/** The files of every campaign folder, as `readCampaign` takes them. Pictures and notes beside them are left alone. */
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
