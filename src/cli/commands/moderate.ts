import { Option } from 'commander'
import { call, type Schemas } from '../client.ts'
import { type Deployment, WrongUsage } from '../command.ts'
import { EXIT } from '../program/exit-status.ts'
import { actAt, type CommandRegistration, type ServerOptions, withServer } from '../program/registration.ts'
import type { Terminal } from '../program/terminal.ts'

/** Why a submission may be refused, as the API names it. */
const REASONS = ['abuse', 'advertising', 'names-somebody', 'off-topic', 'not-genuine']

type ModerateOptions = ServerOptions & { accept?: boolean; refuse?: boolean; reason?: string }
type Waiting = Schemas['PendingSubmissions']['items'][number]
type Verdict = { decision: 'accept' | 'refuse'; reason?: string | undefined }

export const registerModerate: CommandRegistration = (program) => {
  const described = program.command('moderate').description('read what is waiting for moderation, and decide')
  withServer(described, 'publish')
    .argument('[id]', 'decide about this one, with --accept or --refuse')
    .option('--accept', 'accept it')
    .option('--refuse', 'refuse it: its text is erased')
    .addOption(new Option('--reason <REASON>', 'why it is refused').choices(REASONS))
    .action((id: string | undefined, options: ModerateOptions) =>
      actAt(options, async (deployment, terminal) => {
        const verdict = verdictIn(options)
        if ((id === undefined) !== (verdict === undefined))
          throw new WrongUsage('Expected an id together with --accept or --refuse.')
        if (id !== undefined && verdict !== undefined) await decide(deployment, terminal, id, verdict)
        else await readAll(deployment, terminal)
        return EXIT.done
      }),
    )
}

function verdictIn({ accept = false, refuse = false, reason }: ModerateOptions): Verdict | undefined {
  if (accept && refuse) throw new WrongUsage('Expected --accept or --refuse, not both.')
  if (reason !== undefined && !refuse) throw new WrongUsage('Expected --reason only with --refuse.')
  if (!accept && !refuse) return undefined
  return accept ? { decision: 'accept' } : { decision: 'refuse', reason }
}

async function decide(deployment: Deployment, terminal: Terminal, id: string, json: Verdict): Promise<void> {
  const { json: decided } = await call(deployment, 'post', '/api/moderation/{id}', { path: { id }, json })
  terminal.give(decided)
  if (terminal.isJson) return
  terminal.say(`${decided.id} is ${decided.standing}.`)
  if (json.decision === 'accept') terminal.say('The page shows it, or counts it, within five minutes.')
}

/** Shows what waits, oldest first. On a screen it asks about each. */
async function readAll(deployment: Deployment, terminal: Terminal): Promise<void> {
  const { json } = await call(deployment, 'get', '/api/moderation', {})
  if (json.items.length === 0) terminal.say('Nothing is waiting for moderation.')
  for (const item of json.items) {
    terminal.give(item)
    if (!terminal.isJson) terminal.say(textOf(item))
    const accept = item.acceptable ? { accept: 'accept' } : {}
    const choices = { ...accept, skip: 'leave it for later', refuse: 'refuse', stop: 'stop here' }
    const chosen = terminal.isJson ? undefined : await terminal.choose('What about it?', choices)
    if (chosen === 'stop') return
    if (chosen === 'accept') await decide(deployment, terminal, item.id, { decision: 'accept' })
    if (chosen === 'refuse') {
      const reasons = Object.fromEntries(REASONS.map((reason) => [reason, reason.replaceAll('-', ' ')]))
      const reason = await terminal.choose('Why?', reasons)
      await decide(deployment, terminal, item.id, { decision: 'refuse', reason })
    }
  }
}

/** A submission as text: what it is, the marks of the check, then its fields. */
export function textOf({ id, campaign, kind, receivedAt, flags, acceptable, ...fields }: Waiting): string {
  const marks = flags.map((flag) => ('who' in flag ? `names ${flag.who}` : flag.kind))
  const rest = Object.entries(fields).filter(([, value]) => typeof value === 'string')
  return [
    `${id}: ${kind} for ${campaign}, ${receivedAt}`,
    ...(marks.length === 0 ? [] : [`  marked: ${marks.join(', ')}`]),
    ...(acceptable ? [] : ['  can only be refused']),
    ...rest.map(([name, value]) => `  ${name}: ${String(value).replaceAll('\n', '\n    ')}`),
  ].join('\n')
}
