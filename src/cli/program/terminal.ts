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

/** Milliseconds for which keys that were pressed before a question are read and dropped. */
const TYPED_AHEAD_MS = 60

/** Drops what was typed before a question, so that nobody answers one that they have not read. @throws NotWanted if it was Ctrl-C */
async function dropTypedAhead(): Promise<void> {
  const { stdin } = process
  if (!stdin.isTTY) return
  let hasStopped = false
  const drop = (keys: Buffer) => {
    hasStopped ||= keys.includes(CTRL_C)
  }
  stdin.setRawMode(true)
  stdin.on('data', drop)
  await new Promise((resolve) => setTimeout(resolve, TYPED_AHEAD_MS))
  stdin.off('data', drop)
  stdin.pause()
  stdin.setRawMode(false)
  if (hasStopped) throw new NotWanted(NOTHING_DONE)
}

const CTRL_C = 3

/** The answer to a prompt; undefined when the terminal was closed (Ctrl-D), after which a prompt never answers. */
const answered = <T>(prompt: Promise<T>): Promise<T | undefined> =>
  Promise.race([prompt, new Promise<undefined>((resolve) => process.once('beforeExit', () => resolve(undefined)))])

async function agrees(question: string): Promise<boolean> {
  const { confirm } = await import('@clack/prompts')
  await dropTypedAhead()
  return (await answered(confirm({ message: question, initialValue: false, output: process.stderr }))) === true
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
      await dropTypedAhead()
      const options = (Object.entries(choices) as Array<[T, string]>).map(([value, label]) => ({ value, label }))
      const answer = await answered(select<string>({ message: question, options, output: process.stderr }))
      if (answer === undefined || isCancel(answer)) throw new NotWanted(NOTHING_DONE)
      return answer as T
    },
  }
}
