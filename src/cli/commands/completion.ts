import { Argument, type Command } from 'commander'
import { completionScript, SHELLS, type Shell } from '../program/completion-script.ts'
import { EXIT } from '../program/exit-status.ts'
import { act, type CommandRegistration } from '../program/registration.ts'

export const registerCompletion: CommandRegistration = (program: Command) => {
  program
    .command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      "\nIn .bashrc or .zshrc:\n  alias tocsin='npx --no-install tocsin'\n  source <(tocsin completion bash)",
    )
    .action((shell: Shell) =>
      act({}, async (terminal) => {
        terminal.say(completionScript(program, shell))
        return EXIT.done
      }),
    )
}
