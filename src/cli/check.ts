/**
 * `npm run check`: reports the faults of all campaigns, markup that is not read, translations older than their English
 * text, and contacts not verified recently.
 * `npm run check -- --stamp [slug/locale…]` first marks translations (all, or the named ones) as up to date.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Fault, formatFault, formatWarning } from '../campaigns/source/fault.ts'
import { withMadeFrom } from '../campaigns/source/front-matter.ts'
import { readCampaign } from '../campaigns/source/read-campaign.ts'
import { normaliseSource, revisionOf } from '../campaigns/source/source-text.ts'
import { staleContacts } from '../campaigns/stale-contacts.ts'
import { campaignFolders, localesIn } from './campaign-folders.ts'

const root = join(import.meta.dirname, '../../campaigns')
const locales = localesIn(join(import.meta.dirname, '../../strings'))
const { values, positionals } = parseArgs({
  options: { stamp: { type: 'boolean', default: false } },
  allowPositionals: true,
})

if (values.stamp) await stampTranslations(positionals)

const faults: Fault[] = []
const stale: string[] = []
let texts = 0
const folders = campaignFolders(root)
for (const { slug, files } of folders) {
  const read = await readCampaign(slug, files, locales)
  faults.push(...read.faults)
  for (const warning of read.warnings) console.warn(formatWarning(warning))
  for (const warning of read.campaign ? staleContacts(read.campaign, Date.now()) : [])
    console.warn(`campaigns/${slug}/campaign.yaml: ${warning}`)
  for (const [locale, words] of Object.entries(read.campaign?.words ?? {})) {
    texts += 1
    if (words.stale) stale.push(`${slug}/${locale}`)
  }
}

for (const fault of faults) console.error(formatFault(fault))
for (const text of stale)
  console.warn(
    `campaigns/${text}.md: stale: en.md has changed since; update the translation, then run npm run check -- --stamp ${text}`,
  )
if (faults.length > 0) {
  console.error(`\n${count(faults.length, 'fault')} in ${count(folders.length, 'campaign')}.`)
  process.exitCode = 1
} else {
  console.log(`${count(folders.length, 'campaign')} in ${count(texts, 'text')}: no fault, ${stale.length} stale.`)
}

async function stampTranslations(chosen: readonly string[]): Promise<void> {
  for (const { slug, files } of campaignFolders(root)) {
    if (files['en.md'] === undefined) continue
    const revision = await revisionOf(normaliseSource(files['en.md']))
    for (const [name, text] of Object.entries(files)) {
      if (!name.endsWith('.md') || name === 'en.md') continue
      if (chosen.length > 0 && !chosen.includes(`${slug}/${name.slice(0, -'.md'.length)}`)) continue
      const written = withMadeFrom(normaliseSource(text), revision)
      if (written === null || written === normaliseSource(text)) continue
      writeFileSync(join(root, slug, name), written)
      console.log(`campaigns/${slug}/${name}: made from en.md ${revision}`)
    }
  }
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
