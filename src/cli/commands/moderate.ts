import { Option } from 'commander'
import { ApiError, call, type Schemas } from '../client.ts'
import { type Deployment, Mistake, WrongUsage } from '../command.ts'
import { EXIT } from '../program/exit-status.ts'
import { actAt, type CommandRegistration, type ServerOptions, withServer } from '../program/registration.ts'
import type { Terminal } from '../program/terminal.ts'

/** Why a submission may be refused, as the API names it. */
const REASONS = ['abuse', 'advertising', 'names-somebody', 'off-topic', 'not-genuine']

/** Characters of an id, after its campaign, that are enough to name a submission. */
const SHORT_ID = 8
const COMMAND = 'npm run tocsin -- moderate'

type ModerateOptions = ServerOptions & { accept?: boolean; refuse?: boolean; reason?: string }
type Waiting = Schemas['PendingSubmissions']['items'][number]
type Verdict = { decision: 'accept' | 'refuse'; reason?: string | undefined }

export const registerModerate: CommandRegistration = (program) => {
  const described = program.command('moderate').description('read what is waiting for moderation, and decide')
  withServer(described, 'publish')
    .argument(
      '[id]',
      'decide about this one, with --accept or --refuse: its id, or the first 8 characters after the campaign’s name',
    )
    .option('--accept', 'accept it')
    .option('--refuse', 'refuse it: its text is erased')
    .addOption(new Option('--reason <REASON>', 'why it is refused').choices(REASONS))
    .action((id: string | undefined, options: ModerateOptions) =>
      actAt(options, async (deployment, terminal) => {
        const verdict = verdictIn(options)
        if ((id === undefined) !== (verdict === undefined))
          // nothing is decided that nobody has named
          throw new WrongUsage('Expected an id together with --accept or --refuse.')
        if (id !== undefined && verdict !== undefined)
          await decide(deployment, terminal, await meantId(deployment, id), verdict)
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

/** The id of the submission meant: `typed`, in full or short. */
async function meantId(deployment: Deployment, typed: string): Promise<string> {
  if (typed.includes('.')) return typed
  const { items } = (await call(deployment, 'get', '/api/moderation', {})).json
  const isMeant = ({ id }: Waiting) => id.slice(id.lastIndexOf('.') + 1).startsWith(typed.toLowerCase())
  const meant = typed.length < SHORT_ID ? [] : items.filter(isMeant)
  const [first, second] = meant
  if (first !== undefined && second === undefined) return first.id
  if (first !== undefined)
    throw new WrongUsage(`${meant.length} wait. Name one of them:\n${meant.map(({ id }) => `  ${id}`).join('\n')}`)
  throw noneWith(typed)
}

const noneWith = (id: string) => new Mistake(`No submission that waits has the id ${id}. ${COMMAND} shows what waits.`)

async function decide(deployment: Deployment, terminal: Terminal, id: string, json: Verdict): Promise<void> {
  const { json: decided } = await call(deployment, 'post', '/api/moderation/{id}', { path: { id }, json }).catch(
    (error: unknown) => {
      if (error instanceof ApiError && error.problem?.status === 404) throw noneWith(id)
      throw error
    },
  )
  terminal.give(decided)
  if (terminal.isJson) return
  terminal.say(`${decided.id} is ${decided.standing}.`)
  if (json.decision === 'accept') terminal.say('The page shows it, or counts it, within five minutes.')
}

/** Shows what waits, oldest first. On a screen it asks about each. */
async function readAll(deployment: Deployment, terminal: Terminal): Promise<void> {
  const { json } = await call(deployment, 'get', '/api/moderation', {})
  if (json.items.length === 0) terminal.say('Nothing is waiting for moderation.')
  let isAsked = true
  for (const item of json.items) {
    terminal.give(item)
    if (!terminal.isJson) terminal.say(textOf(item))
    const accept = item.acceptable ? { accept: 'accept' } : {}
    const choices = { ...accept, skip: 'leave it for later', refuse: 'refuse', stop: 'stop here' }
    const chosen = terminal.isJson ? undefined : await terminal.choose('What about it?', choices)
    isAsked &&= chosen !== undefined
    if (chosen === 'stop') return
    if (chosen === 'accept') await decide(deployment, terminal, item.id, { decision: 'accept' })
    if (chosen === 'refuse') {
      const reasons = Object.fromEntries(REASONS.map((reason) => [reason, reason.replaceAll('-', ' ')]))
      const reason = await terminal.choose('Why?', reasons)
      await decide(deployment, terminal, item.id, { decision: 'refuse', reason })
    }
  }
  if (!isAsked && !terminal.isJson)
    terminal.say(`To decide: ${COMMAND} ID --accept, or ${COMMAND} ID --refuse --reason REASON.`)
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
