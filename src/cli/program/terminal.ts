import { NotWanted, WrongUsage } from '../command.ts'
import { NOTHING_DONE } from './run.ts'

export type TerminalOptions = { json?: boolean; yes?: boolean }

/** Where a command writes and asks. With `--json`, stdout has one object a line and all words go to stderr. */
export type Terminal = {
  readonly isJson: boolean
  /** Whether somebody can be asked. */
  readonly isScreen: boolean
  /** Writes what the command answers. */
  say(words: string): void
  warn(words: string): void
  /** Writes an object as a line of JSON, with `--json` only. */
  give(value: object): void
  /** Writes a line over the last one, on a screen only. */
  progress(words: string): void
  /** @throws NotWanted after “no”, WrongUsage without `--yes` where nobody can be asked */
  confirm(question: string): Promise<void>
  /** Whether somebody on a screen says yes. Ctrl-C is a no. */
  agrees(question: string): Promise<boolean>
  /** The value chosen on a screen; undefined where nobody can be asked. @throws NotWanted after Ctrl-C */
  choose<T extends string>(question: string, choices: Partial<Record<T, string>>): Promise<T | undefined>
}

async function agrees(question: string): Promise<boolean> {
  const { confirm } = await import('@clack/prompts')
  return (await confirm({ message: question, initialValue: false, output: process.stderr })) === true
}

/** The terminal of this process. */
export function terminalOf({ json = false, yes = false }: TerminalOptions): Terminal {
  const out = json ? process.stderr : process.stdout
  const isScreen = Boolean(process.stdin.isTTY && process.stderr.isTTY)
  return {
    isJson: json,
    isScreen,
    say: (words) => void out.write(`${words}\n`),
    warn: (words) => void process.stderr.write(`${words}\n`),
    give: (value) => void (json && process.stdout.write(`${JSON.stringify(value)}\n`)),
    progress: (words) => void (out.isTTY && out.write(`\r\x1b[2K${words}`)),
    async confirm(question) {
      if (yes) return
      if (!isScreen) throw new WrongUsage(`${question}\nNobody can be asked here: add --yes.`)
      if (!(await agrees(question))) throw new NotWanted(NOTHING_DONE)
    },
    agrees: async (question) => isScreen && agrees(question),
    async choose<T extends string>(question: string, choices: Partial<Record<T, string>>) {
      if (!isScreen) return undefined
      const { isCancel, select } = await import('@clack/prompts')
      const options = (Object.entries(choices) as Array<[T, string]>).map(([value, label]) => ({ value, label }))
      const answer = await select<string>({ message: question, options, output: process.stderr })
      if (isCancel(answer)) throw new NotWanted(NOTHING_DONE)
      return answer as T
    },
  }
}
