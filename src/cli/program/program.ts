import { Command, InvalidArgumentError, type Option } from 'commander'
import { registerCheck } from '../commands/campaigns/check.ts'
import { registerLanguage } from '../commands/campaigns/language.ts'
import { registerNew } from '../commands/campaigns/new.ts'
import { registerPreview } from '../commands/campaigns/preview.ts'
import { registerPublish } from '../commands/campaigns/publish.ts'
import { registerCompletion } from '../commands/completion.ts'
import { registerControl } from '../commands/control.ts'
import { registerExport } from '../commands/export.ts'
import { registerImport } from '../commands/import.ts'
import { registerKeys } from '../commands/keys.ts'
import { registerLetters } from '../commands/letters.ts'
import { registerList } from '../commands/list.ts'
import { registerModerate } from '../commands/moderate.ts'
import { registerNotices } from '../commands/notices.ts'
import { registerReopen } from '../commands/reopen.ts'
import { registerResolve } from '../commands/resolve.ts'
import { registerSend } from '../commands/send.ts'
import { registerCorrect } from '../commands/sending/correct.ts'
import { registerReschedule } from '../commands/sending/reschedule.ts'
import { registerGoOn, registerStop } from '../commands/sending/stop.ts'
import { registerStart } from '../commands/start.ts'
import { registerStatus } from '../commands/status.ts'
import { registerTell } from '../commands/tell.ts'
import { registerTokens } from '../commands/tokens.ts'
import type { CommandRegistration } from './registration.ts'

/** Every command, in the order of `--help`. */
const COMMANDS: readonly CommandRegistration[] = [
  registerStart,
  registerNew,
  registerCheck,
  registerPreview,
  registerPublish,
  registerSend,
  registerList,
  registerStatus,
  registerControl,
  registerReschedule,
  registerStop,
  registerGoOn,
  registerCorrect,
  registerResolve,
  registerLetters,
  registerReopen,
  registerTell,
  registerModerate,
  registerImport,
  registerExport,
  registerNotices,
  registerTokens,
  registerKeys,
  registerLanguage,
  registerCompletion,
]

/** Columns of help texts, whatever the terminal: longer lines are hard to read. */
const HELP_COLUMNS = 120

/** The program with all commands. Wrong usage throws a CommanderError before any command acts. */
export function buildProgram(commands: readonly CommandRegistration[] = COMMANDS): Command {
  const program = new Command('npm run tocsin --')
    .description('Tocsin’s command line. “npm run tocsin -- COMMAND --help” says more about a command.')
    .exitOverride()
    .showHelpAfterError('--help says more.')
    .configureOutput({ outputError: (text, write) => write(sentence(text)) })
    .configureHelp({ helpWidth: HELP_COLUMNS, showGlobalOptions: false })
    .helpOption('--help', 'say what the command does')
    .helpCommand('help [command]', 'say what a command does')
  for (const register of commands) register(program)
  for (const command of everyCommand(program)) for (const option of command.options) refuseOptionsAsValue(option)
  return program
}

/** Commander's message as this program writes messages: which option, what was found, what was expected. */
const sentence = (text: string): string =>
  text
    .replace(/^error: option '(--[\w-]+)[^']*' argument '(.*)' is invalid\. /s, '$1: found $2; ')
    .replace(/^error: command-argument value '(.*)' is invalid for argument '([\w-]+)'\. /s, '$2: found $1; ')
    .replace('; Allowed choices are ', '; expected one of ')
    .replace(/^error: (.)/, (_, first: string) => first.toUpperCase())

/** A command and all commands below it. */
export const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)]

/** Makes `--at --dry-run` a fault: otherwise the second option is the value of the first, and a real send begins. */
function refuseOptionsAsValue(option: Option): void {
  if (!option.required && !option.optional) return
  const parse: ((value: string, previous: unknown) => unknown) | undefined = option.parseArg
  option.argParser((value: string, previous: unknown) => {
    if (/^--?[a-z]/i.test(value)) throw new InvalidArgumentError('expected a value, not an option')
    return parse === undefined ? value : parse(value, previous)
  })
}
