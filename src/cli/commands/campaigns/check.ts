import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatFault } from '../../../campaigns/source/fault.ts'
import { withMadeFrom } from '../../../campaigns/source/front-matter.ts'
import { normaliseSource, revisionOf } from '../../../campaigns/source/source-text.ts'
import { suggestion } from '../../../kit/words/nearest-name.ts'
import { checkCampaigns } from '../../campaign-check/check-campaigns.ts'
import { campaignFolders, localesIn } from '../../campaign-folders.ts'
import { Mistake, WrongUsage } from '../../command.ts'
import { isWhole, type LanguageState, unfinished, unfinishedLine } from '../../language-files/language-state.ts'
import { readLanguages } from '../../language-files/read-languages.ts'
import { EXIT } from '../../program/exit-status.ts'
import { act, type CommandRegistration, withJson } from '../../program/registration.ts'
import type { Terminal, TerminalOptions } from '../../program/terminal.ts'
import { CAMPAIGNS, ROOT, STRINGS } from '../../project.ts'

export const registerCheck: CommandRegistration = (program) => {
  const described = program
    .command('check')
    .description('report the faults of all campaigns, and warn about what is allowed but probably not meant')
  withJson(described)
    .argument(
      '[names...]',
      'campaigns to check, all if none is named; with --stamp, translations such as harbour-strike/fr',
    )
    .option('--stamp', 'first mark translations as up to date with en.md')
    .option('--language <CODE>', 'instead, list what is missing in the texts of pages and mails of a language')
    .action((names: string[], { stamp = false, language, ...options }: CheckOptions) =>
      act(options, async (terminal) => {
        if (language !== undefined) return checkLanguage(terminal, language)
        if (stamp) await stampTranslations(terminal, names)
        return check(terminal, stamp ? [] : names)
      }),
    )
}

type CheckOptions = TerminalOptions & { stamp?: boolean; language?: string }

async function check(terminal: Terminal, chosen: readonly string[]): Promise<number> {
  const all = campaignFolders(CAMPAIGNS)
  const known = all.map(({ slug }) => slug)
  for (const slug of chosen)
    if (!known.includes(slug)) throw new WrongUsage(`${slug}: there is no such campaign${suggestion(slug, known)}`)
  const folders = all.filter(({ slug }) => chosen.length === 0 || chosen.includes(slug))
  const { warnings, faults, summary } = await checkCampaigns(folders, localesIn(STRINGS), Date.now())
  const languages = readLanguages(ROOT)
  faults.unshift(...languages.flatMap((state) => (state.isInUse ? faultsOf(state).map(formatFault) : [])))
  warnings.push(
    ...unfinished(languages).map((state) => `${unfinishedLine(state)} (check -- --language ${state.locale})`),
  )
  for (const [kind, lines] of [['warning', warnings] as const, ['fault', faults] as const])
    for (const text of lines) {
      terminal.give({ kind, text })
      terminal.warn(text)
    }
  if (faults.length > 0) terminal.warn(`\n${summary}`)
  else terminal.say(summary)
  return faults.length > 0 ? EXIT.failed : EXIT.done
}

const faultsOf = ({ missing, faults }: LanguageState) => [...missing, ...faults]

/** Lists what a language lacks. @throws WrongUsage if there is no such language */
function checkLanguage(terminal: Terminal, locale: string): number {
  const all = readLanguages(ROOT)
  const state = all.find((one) => one.locale === locale)
  if (state === undefined) {
    const known = all.map((one) => one.locale)
    const hint = suggestion(locale, known)
    throw new WrongUsage(
      `${locale}: there are no texts in this language${hint}\nBegin a language: npm run tocsin -- language add CODE`,
    )
  }
  for (const fault of faultsOf(state)) {
    terminal.give({ kind: 'fault', text: formatFault(fault) })
    terminal.warn(formatFault(fault))
  }
  const { missing, faults, texts } = state
  if (isWhole(state)) terminal.say(`${locale}: all ${texts} texts are there.`)
  else terminal.warn(`\n${locale}: ${missing.length} of ${texts} texts are missing, ${faults.length} have a fault.`)
  return isWhole(state) ? EXIT.done : EXIT.failed
}

/** Marks translations as made from the English text of now. @throws Mistake if one of `chosen` does not exist */
async function stampTranslations(terminal: Terminal, chosen: readonly string[]): Promise<void> {
  const folders = campaignFolders(CAMPAIGNS)
  const known = folders.flatMap(({ slug, files }) => translationsOf(files).map((name) => `${slug}/${localeOf(name)}`))
  for (const text of chosen.filter((one) => !known.includes(one))) {
    throw new Mistake(`${text}: there is no such translation${suggestion(text, known)}`)
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
