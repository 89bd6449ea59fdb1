/** The work of `npm run tocsin -- preview`: builds the Worker, asks it for all that campaigns show and send, and writes it down. */

import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { formatFault } from '../src/campaigns/source/fault.ts'
import { readCampaign } from '../src/campaigns/source/read-campaign.ts'
import { campaignFiles } from '../src/cli/campaign-folders.ts'
import { unfinished } from '../src/cli/language-files/language-state.ts'
import { readLanguages } from '../src/cli/language-files/read-languages.ts'
import { errorMessage } from '../src/kit/result.ts'
import { bundle, root } from './local/bundle.ts'
import { openFile } from './preview/open-file.ts'
import { opened } from './preview/opened.ts'
import { readPreviewSettings } from './preview/settings.ts'
import { warningLines } from './preview/warning-lines.ts'
import { folderFault, writePreview } from './preview/write-folder.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    open: { type: 'boolean' },
    json: { type: 'boolean' },
    'no-build': { type: 'boolean' },
  },
})

try {
  await main(positionals.map((path) => resolve(path)))
} catch (error) {
  console.error(errorMessage(error))
  process.exitCode = 1
}

async function main(folders: readonly string[]): Promise<void> {
  const out = resolve(values.out ?? join(root, 'build', 'preview'))
  const targets = folders.map((folder) => {
    const slug = basename(folder)
    return { slug, files: offered(campaignFiles(folder)), to: join(out, slug) }
  })
  const faults = targets.flatMap(({ to }) => folderFault(to) ?? [])
  for (const { slug, files } of targets) faults.push(...(await openingFaults(slug, files)))
  if (faults.length > 0) throw new Error(faults.join('\n'))
  if (!values['no-build']) await bundle()
  const { collect, startPreviewServer } = await import('./preview/collect.ts') // it needs modules that the build has made
  const preview = await startPreviewServer(await readPreviewSettings())
  process.once('SIGINT', async () => {
    await preview.stop()
    process.exit(INTERRUPTED)
  })
  try {
    for (const { slug, files, to } of targets) {
      const collected = await collect(preview, { slug, files }, Date.now())
      const index = writePreview(to, collected)
      report(index, collected)
      if (values.open) openFile(index)
    }
  } finally {
    await preview.stop()
  }
}

/** The files of a campaign without languages whose texts of pages and mails are not whole. */
function offered(files: Record<string, string>): Record<string, string> {
  const names = unfinished(readLanguages(root)).map(({ locale }) => `${locale}.md`)
  return Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)))
}

/** Exit status after Ctrl-C, by the custom of shells. */
const INTERRUPTED = 130

/** What a campaign, opened if it is a draft, lacks to be shown. */
async function openingFaults(slug: string, files: Record<string, string>): Promise<string[]> {
  const { files: shown, wasDraft } = await opened(files)
  const { faults } = await readCampaign(slug, shown)
  const about = wasDraft ? ' (asked of an open campaign, which the preview shows)' : ''
  return faults.map((fault) => `${formatFault(fault)}${about}`)
}

type Collected = Parameters<typeof writePreview>[1]

function report(index: string, { slug, wasDraft, locales, shown }: Collected): void {
  const mails = shown.filter(({ kind }) => kind === 'mail').length
  const pages = shown.length - mails
  const warnings = warningLines(slug, shown)
  for (const warning of warnings) console.error(`warning: ${warning}`)
  if (values.json) console.log(JSON.stringify({ slug, index, wasDraft, locales, pages, mails, warnings }))
  else console.log(`${index}\n  ${mails} mails, ${pages} pages, papers and texts in ${locales.join(', ')}`)
}
