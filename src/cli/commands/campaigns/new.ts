import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { newCampaign } from '../../campaign-files/new-campaign.ts'
import { askNewCampaign, type NewKey } from '../../campaign-files/new-questions.ts'
import { localesIn, namesIn } from '../../campaign-folders.ts'
import { NotWanted } from '../../command.ts'
import { EXIT } from '../../program/exit-status.ts'
import { act, type CommandRegistration, listIn, withJson } from '../../program/registration.ts'
import { NOTHING_DONE } from '../../program/run.ts'
import type { Terminal, TerminalOptions } from '../../program/terminal.ts'
import { CAMPAIGNS, PRIVATE, STRINGS } from '../../project.ts'
import { type GivenAnswers, givenFirst, nobodyToAsk, screenAsker } from './new-asker.ts'

type NewOptions = TerminalOptions & {
  in?: string
  title?: string
  summary?: string
  country?: string
  topics?: string[]
  languages?: string[]
  target?: string
  targetLanguage?: string
  salutation?: string
  targetEmail?: string
  targetPost?: string
}

export const registerNew: CommandRegistration = (program) => {
  const described = program
    .command('new')
    .description('begin a campaign: ask a few questions, and write its folder with every field explained')
  withJson(described)
    .argument('[folder]', 'name of its folder, which is part of its web address')
    .option('--title <TEXT>', 'headline, in English')
    .option('--summary <TEXT>', 'one or two sentences, in English')
    .option('--country <COUNTRY>', 'country of the case, such as Norway or NO')
    .option('--topics <TRADES>', 'trades, separated by commas', listIn)
    .option('--languages <LANGUAGES>', 'languages of the text, separated by commas (en)', listIn)
    .option('--target <OFFICE>', 'office of the person whom letters go to')
    .option('--target-language <LANGUAGE>', 'language that this person reads, any, such as no')
    .option('--salutation <TEXT>', 'first line of a letter to this person, in that language')
    .option('--target-email <ADDRESS>', 'email address of this person')
    .option('--target-post <LINES>', 'postal address of this person, lines separated by commas')
    .option('--in <FOLDER>', 'where the folder is made (campaigns/)')
    .action((folder: string | undefined, options: NewOptions) =>
      act(options, (terminal) => begin(terminal, resolve(options.in ?? CAMPAIGNS), givenIn(folder, options))),
    )
}

function givenIn(folder: string | undefined, options: NewOptions): GivenAnswers {
  const { title, summary, country, topics, languages, target, salutation } = options
  const given: Record<NewKey, string | readonly string[] | undefined> = {
    folder,
    title,
    summary,
    country,
    topics,
    languages,
    target,
    salutation,
    'target-language': options.targetLanguage,
    'target-email': options.targetEmail ?? (options.targetPost === undefined ? undefined : ''),
    'target-post': options.targetPost,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

async function begin(terminal: Terminal, within: string, given: GivenAnswers): Promise<number> {
  const asker = givenFirst(given, terminal.isScreen ? await screenAsker() : nobodyToAsk)
  const known = { folders: existsSync(within) ? namesIn(within) : [], locales: localesIn(STRINGS), now: Date.now() }
  const asked = await askNewCampaign(asker, known)
  if (asked === null) throw new NotWanted(NOTHING_DONE)
  const { folder, answers } = asked
  const files = await newCampaign(folder, answers)
  const path = join(within, folder)
  writeWhole(path, files)
  const shown = relative(process.cwd(), path) || '.'
  terminal.give({ slug: folder, folder: path, files: Object.keys(files), status: 'draft' })
  terminal.say(
    [
      `${shown} has ${Object.keys(files).join(', ')}. Every field is explained in them. It is a draft: nobody sees it.`,
      'Write your texts where [[…]] stands, then:',
      ...(within === CAMPAIGNS
        ? [`  npm run check -- ${folder}`, '    names faults and warnings, with file and line']
        : []),
      `  npm run tocsin -- preview ${within === CAMPAIGNS ? folder : shown}`,
      '    writes every page and mail of it to a folder',
      'Write status: open in campaign.yaml when it may be seen. No [[…]] may be left by then.',
    ].join('\n'),
  )
  return EXIT.done
}

/** Writes a folder with all its files, or nothing. */
function writeWhole(path: string, files: Readonly<Record<string, string>>): void {
  // Not in campaigns/, which a running server watches. A folder can only be moved within its disk.
  const beside = dirname(path) === CAMPAIGNS ? PRIVATE : dirname(path)
  mkdirSync(beside, { recursive: true })
  const unfinished = join(beside, `new-${process.pid}`)
  mkdirSync(unfinished)
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(unfinished, name), text)
    renameSync(unfinished, path)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}
