import { Option } from 'commander'
import { campaignNamed, orNearest } from '../campaign-named.ts'
import { call, type Schemas } from '../client.ts'
import { type Deployment, WrongUsage } from '../command.ts'
import { dispatchId, fetchDispatch } from '../dispatches/find-dispatch.ts'
import { EXIT } from '../program/exit-status.ts'
import {
  actAt,
  type CommandRegistration,
  countIn,
  listIn,
  type ServerOptions,
  withQuestion,
  withServer,
} from '../program/registration.ts'
import type { Terminal } from '../program/terminal.ts'

const DECISIONS = {
  'count-as-sent': 'the provider has them in its log: count as sent',
  'count-as-not-sent': 'the provider does not have them: count as not sent',
  'send-again': 'the provider does not have them: send again. If it did, people get the email twice',
}
type Decision = keyof typeof DECISIONS

type UncertainCall = Pick<
  Schemas['UncertainBatch'],
  'id' | 'generation' | 'people' | 'reason' | 'attemptedAt' | 'bodyHash'
> & {
  target?: string
}
type ResolveOptions = ServerOptions & { yes?: boolean; decision?: Decision; batches?: number[]; letters?: string }

export const registerResolve: CommandRegistration = (program) => {
  const described = program
    .command('resolve')
    .description('list batches that the provider may or may not have accepted, and decide about them')
  withQuestion(withServer(described, 'send'))
    .argument('[dispatch]', 'its id, or the first 8 digits; not needed if only one is possible')
    .addOption(
      new Option('--decision <DECISION>', 'what the provider’s log says about them').choices(Object.keys(DECISIONS)),
    )
    .option('--batches <NUMBERS>', 'only these, such as 3,4', (typed: string) => listIn(typed).map(countFromZero))
    .option('--letters <CAMPAIGN>', 'uncertain letters of this campaign instead of a dispatch')
    .action((typed: string | undefined, options: ResolveOptions) =>
      actAt(options, (deployment, terminal) => resolve(deployment, terminal, typed, options)),
    )
}

const countFromZero = (typed: string): number => (typed === '0' ? 0 : countIn(typed))

async function resolve(
  deployment: Deployment,
  terminal: Terminal,
  typed: string | undefined,
  options: ResolveOptions,
): Promise<number> {
  const { letters } = options
  if (letters !== undefined && typed !== undefined) throw new WrongUsage('Expected a dispatch or --letters, not both.')
  const id =
    letters ?? (await dispatchId(deployment, typed, ({ counts }) => counts.uncertain > 0, 'has uncertain batches'))
  const uncertain = letters === undefined ? await ofDispatch(deployment, id) : await ofCampaign(deployment, id)
  const chosen = chosenOf(uncertain, options.batches)
  for (const batch of chosen) {
    terminal.give(batch)
    if (!terminal.isJson) terminal.say(lineOfBatch(batch))
  }
  if (chosen.length === 0) {
    terminal.say('Nothing is uncertain.')
    return EXIT.done
  }
  const decision =
    options.decision ?? (await terminal.choose('What does the provider’s log say about them?', DECISIONS))
  if (decision === undefined) {
    terminal.warn(`To decide: --decision ${Object.keys(DECISIONS).join(' | ')}, and --batches for some of them.`)
    return EXIT.done
  }
  const people = chosen.reduce((sum, batch) => sum + batch.people, 0)
  await terminal.confirm(`${decision}, for ${people} people in ${chosen.length} of the batches?`)
  const json = { batches: chosen.map(({ id, generation }) => ({ id, generation })), decision }
  const { json: answer } =
    letters === undefined
      ? await call(deployment, 'post', '/api/dispatches/{id}/resolve', { path: { id }, json })
      : await call(deployment, 'post', '/api/actions/{slug}/resolve', { path: { slug: id }, json })
  terminal.give(answer)
  if (!terminal.isJson) terminal.say(`${answer.resolved.length} decided, ${answer.notResolved.length} not.`)
  return answer.notResolved.length === 0 ? EXIT.done : EXIT.failed
}

const ofDispatch = async (deployment: Deployment, id: string): Promise<UncertainCall[]> =>
  (await fetchDispatch(deployment, id)).uncertainBatches

const ofCampaign = (deployment: Deployment, slug: string): Promise<UncertainCall[]> =>
  orNearest(deployment, slug, async () => {
    await campaignNamed(deployment, slug)
    return (await call(deployment, 'get', '/api/actions/{slug}', { path: { slug } })).json.uncertain
  })

function chosenOf(uncertain: readonly UncertainCall[], wanted: readonly number[] | undefined): UncertainCall[] {
  const unknown = wanted?.filter((id) => !uncertain.some((batch) => batch.id === id)) ?? []
  if (unknown.length > 0) {
    const known = uncertain.map(({ id }) => id).join(', ') || 'none'
    throw new WrongUsage(`--batches: found ${unknown.join(', ')}; uncertain are: ${known}.`)
  }
  return uncertain.filter(({ id }) => wanted === undefined || wanted.includes(id))
}

function lineOfBatch({ id, people, reason, attemptedAt, bodyHash, target }: UncertainCall): string {
  const when = attemptedAt === null ? 'at an unknown time' : `at ${new Date(attemptedAt).toISOString()}`
  const whom = target === undefined ? `${people} people` : `${people} people to ${target}`
  return `  batch ${id}: ${whom}, ${when}: ${reason} (SHA-256 of the call: ${bodyHash.slice(0, 12)}…)`
}
