import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { WrongUsage } from '../../command.ts'
import { codeFault } from '../../language-files/language-code.ts'
import { TEXT_FOLDERS } from '../../language-files/language-state.ts'
import { newGlossarySection, newStrings } from '../../language-files/new-language.ts'
import { readLanguages } from '../../language-files/read-languages.ts'
import { EXIT } from '../../program/exit-status.ts'
import { act, type CommandRegistration, withJson } from '../../program/registration.ts'
import type { Terminal, TerminalOptions } from '../../program/terminal.ts'
import { ROOT } from '../../project.ts'

export const registerLanguage: CommandRegistration = (program) => {
  const language = program.command('language').description('languages of pages and mails')
  withJson(language.command('add'))
    .description('write the files of a new language: every text empty, with the English one and where it shows')
    .argument('<code>', 'its code, such as lv')
    .option('--root <FOLDER>', 'the clone (this one)')
    .action((code: string, { root = ROOT, ...options }: TerminalOptions & { root?: string }) =>
      act(options, async (terminal) => addLanguage(terminal, root, code)),
    )
}

/** @throws WrongUsage for a code that is no language's, and for a language that has files already */
function addLanguage(terminal: Terminal, root: string, locale: string): number {
  const fault = codeFault(locale)
  if (fault !== undefined) throw new WrongUsage(fault)
  const files = TEXT_FOLDERS.map((folder) => ({ folder, path: join(root, folder, `${locale}.yaml`) }))
  const found = files.filter(({ path }) => existsSync(path)).map(({ folder }) => `${folder}/${locale}.yaml`)
  if (found.length > 0)
    throw new WrongUsage(
      `${found.join(' and ')}: there is such a file, and it is not written over.\nSee what is missing: ${listing(locale)}`,
    )
  for (const { folder, path } of files)
    writeFileSync(path, newStrings(folder, locale, readFileSync(join(root, folder, 'en.yaml'), 'utf8')), { flag: 'wx' })
  const glossary = addToGlossary(join(root, 'strings', 'glossary.md'), locale)
  const texts = readLanguages(root).find((state) => state.locale === locale)?.missing.length ?? 0
  const written = [
    ...TEXT_FOLDERS.map((folder) => `${folder}/${locale}.yaml`),
    ...(glossary ? ['strings/glossary.md'] : []),
  ]
  terminal.give({ locale, files: written, texts })
  terminal.say(nextSteps(locale, written, texts))
  return EXIT.done
}

const listing = (locale: string): string => `npm run check -- --language ${locale}`

function nextSteps(locale: string, written: readonly string[], texts: number): string {
  return [
    `Written: ${written.join(', ')}. ${texts} texts are to be translated.`,
    'Until all are there, nobody is offered the language, and everything works as before. Then:',
    `  1. Agree on the terms in strings/glossary.md, then write the texts. ${listing(locale)} lists what is missing.`,
    `  2. Add ${locale} to LOCALES in wrangler.toml.`,
    `  3. Write ${locale}.md in the folders of the campaigns that are to have it, and look at them: npm run tocsin -- preview`,
    'docs/adding-a-language.md says more.',
  ].join('\n')
}

/** Adds the section of a language, if there is none. Returns whether it did. */
function addToGlossary(path: string, locale: string): boolean {
  const glossary = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (glossary === '' || new RegExp(`^## .* \\(${locale}\\)$`, 'm').test(glossary)) return false
  writeFileSync(path, `${glossary.trimEnd()}\n\n${newGlossarySection(locale, glossary)}\n`)
  return true
}
