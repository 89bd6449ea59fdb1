import type { Command } from 'commander'

export const SHELLS = ['bash', 'zsh'] as const
export type Shell = (typeof SHELLS)[number]

/** A script that completes the word `tocsin` in a shell: names of commands, then their options, fixed values and files. */
export const completionScript = (program: Command, shell: Shell): string =>
  shell === 'bash' ? bashScript(program) : zshScript(program)

/** The words that may follow each command, by its path below the program, such as `tokens add`. '' is the program itself. */
function wordsByCommand(program: Command): Map<string, string[]> {
  const words = new Map<string, string[]>()
  const collect = (command: Command, path: string): void => {
    const options = command.options.flatMap(({ long }) => long ?? [])
    const values = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? [])
    const names = command.commands.map((child) => child.name())
    words.set(path, [...names, ...values, ...options, '--help'])
    for (const child of command.commands) collect(child, `${path} ${child.name()}`.trim())
  }
  collect(program, '')
  return words
}

/** A `case` on the path in `$path` that sets `words`. Names and options are letters and hyphens, so they need no quoting. */
const casesOf = (program: Command): string =>
  [...wordsByCommand(program)].map(([path, words]) => `    '${path}') words='${words.join(' ')}' ;;`).join('\n')

/** Names of commands that have commands of their own. */
const groupsOf = (program: Command): string =>
  program.commands
    .filter(({ commands }) => commands.length > 0)
    .map((command) => command.name())
    .join('|')

const bashScript = (program: Command): string => `_tocsin() {
  local path='' words='' current="\${COMP_WORDS[COMP_CWORD]}" first="\${COMP_WORDS[1]}" second="\${COMP_WORDS[2]}"
  ((COMP_CWORD > 1)) && path="$first"
  case "$first" in ${groupsOf(program)}) ((COMP_CWORD > 2)) && path="$first $second" ;; esac
  case "$path" in
${casesOf(program)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _tocsin tocsin`

const zshScript = (program: Command): string => `_tocsin() {
  local path_='' words_=''
  ((CURRENT > 2)) && path_="\${words[2]}"
  case "\${words[2]}" in ${groupsOf(program)}) ((CURRENT > 3)) && path_="\${words[2]} \${words[3]}" ;; esac
  case "$path_" in
${casesOf(program).replaceAll(') words=', ') words_=')}
  esac
  compadd -- \${=words_}
  _files
}
compdef _tocsin tocsin`
