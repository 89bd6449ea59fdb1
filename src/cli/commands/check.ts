import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fault, formatFault, formatWarning } from '../../campaigns/source/fault.ts'
import { withMadeFrom } from '../../campaigns/source/front-matter.ts'
import { readCampaign } from '../../campaigns/source/read-campaign.ts'
import { normaliseSource, revisionOf } from '../../campaigns/source/source-text.ts'
import { staleContacts } from '../../campaigns/stale-contacts.ts'
import { campaignFolders, localesIn } from '../campaign-folders.ts'
import { Mistake } from '../command.ts'
import { nearestName } from '../list/nearest.ts'
import { EXIT } from '../program/exit-status.ts'
import { act, type CommandRegistration, withJson } from '../program/registration.ts'
import type { Terminal, TerminalOptions } from '../program/terminal.ts'
import { CAMPAIGNS, STRINGS } from '../project.ts'

export const registerCheck: CommandRegistration = (program) => {
  const described = program.command('check').description('report the faults of all campaigns, and what is out of date')
  withJson(described)
    .argument('[texts...]', 'translations to stamp, such as harbour-strike/fr; all if none is named')
    .option('--stamp', 'first mark translations as up to date with en.md')
    .action((texts: string[], { stamp = false, ...options }: TerminalOptions & { stamp?: boolean }) =>
      act(options, async (terminal) => {
        if (texts.length > 0 && !stamp) throw new Mistake(`${texts[0]}: expected --stamp before the texts to stamp.`)
        if (stamp) await stampTranslations(terminal, texts)
        return checkCampaigns(terminal)
      }),
    )
}

async function checkCampaigns(terminal: Terminal): Promise<number> {
  const warn = (file: string, warning: string) => {
    terminal.give({ kind: 'warning', file, warning })
    terminal.warn(`${file}: ${warning}`)
  }
  const locales = localesIn(STRINGS)
  const folders = campaignFolders(CAMPAIGNS)
  const faults: Fault[] = []
  const stale: string[] = []
  let texts = 0
  for (const { slug, files } of folders) {
    const read = await readCampaign(slug, files, locales)
    faults.push(...read.faults)
    for (const warning of read.warnings) {
      terminal.give({ kind: 'warning', ...warning })
      terminal.warn(formatWarning(warning))
    }
    for (const warning of read.campaign ? staleContacts(read.campaign, Date.now()) : [])
      warn(`campaigns/${slug}/campaign.yaml`, warning)
    for (const [locale, words] of Object.entries(read.campaign?.words ?? {})) {
      texts += 1
      if (words.stale) stale.push(`${slug}/${locale}`)
    }
  }
  for (const fault of faults) {
    terminal.give({ kind: 'fault', ...fault })
    terminal.warn(formatFault(fault))
  }
  const how = 'update the translation, then run npm run check -- --stamp'
  for (const text of stale) warn(`campaigns/${text}.md`, `stale: en.md has changed since; ${how} ${text}`)
  if (faults.length > 0) {
    terminal.warn(`\n${count(faults.length, 'fault')} in ${count(folders.length, 'campaign')}.`)
    return EXIT.failed
  }
  terminal.say(`${count(folders.length, 'campaign')} in ${count(texts, 'text')}: no fault, ${stale.length} stale.`)
  return EXIT.done
}

/** Marks translations as made from the English text of now. @throws Mistake if one of `chosen` does not exist */
async function stampTranslations(terminal: Terminal, chosen: readonly string[]): Promise<void> {
  const folders = campaignFolders(CAMPAIGNS)
  const known = folders.flatMap(({ slug, files }) => translationsOf(files).map((name) => `${slug}/${localeOf(name)}`))
  for (const text of chosen.filter((one) => !known.includes(one))) {
    const near = nearestName(text, known)
    throw new Mistake(`${text}: there is no such translation.${near === undefined ? '' : ` Did you mean ${near}?`}`)
  }
  for (const { slug, files } of folders) {
    if (files['en.md'] === undefined) continue
    const revision = await revisionOf(normaliseSource(files['en.md']))
    for (const name of translationsOf(files)) {
      const text = normaliseSource(files[name] ?? '')
      if (chosen.length > 0 && !chosen.includes(`${slug}/${localeOf(name)}`)) continue
      const written = withMadeFrom(text, revision)
      if (written === null || written === text) continue
      writeFileSync(join(CAMPAIGNS, slug, name), written)
      terminal.say(`campaigns/${slug}/${name}: made from en.md ${revision}`)
    }
  }
}

const translationsOf = (files: Record<string, string>): string[] =>
  Object.keys(files).filter((name) => name.endsWith('.md') && name !== 'en.md')

const localeOf = (name: string): string => name.slice(0, -'.md'.length)

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`
