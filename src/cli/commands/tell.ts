import { type Command, Option } from 'commander'
import { campaignNamed } from '../campaign-named.ts'
import { call, type Schemas } from '../client.ts'
import { type Deployment, sleep, WrongUsage } from '../command.ts'
import { EXIT } from '../program/exit-status.ts'
import {
  actAt,
  type CommandRegistration,
  type ServerOptions,
  withQuestion,
  withServer,
} from '../program/registration.ts'
import type { Terminal } from '../program/terminal.ts'

type TellOptions = ServerOptions & {
  yes?: boolean
  update?: string
  end?: boolean
  onTheList?: 'skip' | 'tell'
  status?: boolean
}
type SentNews = NonNullable<Schemas['CampaignActions']['news']>[number]

const POLL_EVERY_MS = 1_000
/** Polls without a change after which the command ends: the rest, such as people whose queue is full, goes on by itself. */
const POLLS_WITHOUT_CHANGE = 15

export const registerTell: CommandRegistration = (program) => {
  const described = program.command('tell').description('send news to the writers of a campaign who asked for it')
  optionsOf(withQuestion(withServer(described, 'send'))).action((slug: string, options: TellOptions) =>
    actAt(options, async (deployment, terminal) => {
      const { update, end = false, status = false } = options
      if ([update !== undefined, end, status].filter(Boolean).length !== 1)
        throw new WrongUsage('Expected --update ID, --end or --status.')
      if (status) await showNews(deployment, terminal, slug)
      else await tell(deployment, terminal, slug, options)
      return EXIT.done
    }),
  )
}

const optionsOf = (command: Command): Command =>
  command
    .argument('<campaign>')
    .option('--update <ID>', 'tell of this update, named by its day')
    .option('--end', 'tell of the end: won, closed, or no more letters needed')
    .option('--status', 'send nothing: show how many writers each piece of news has reached')
    .addOption(
      new Option('--on-the-list <WHAT>', 'writers who are supporters too get updates by send').choices([
        'skip',
        'tell',
      ]),
    )

/** Asks, starts the news and follows it until all writers were told. */
async function tell(deployment: Deployment, terminal: Terminal, slug: string, options: TellOptions): Promise<void> {
  const { update, end = false, onTheList } = options
  const campaign = await campaignNamed(deployment, slug)
  const about = end ? `the end (${campaign.status})` : `the update ${update}`
  await terminal.confirm(`Send ${about} of “${campaign.words.en?.title}” to its writers?`)
  const json = { about: end ? 'end' : 'update', updateId: update, onTheList: onTheList ?? 'skip' }
  const { json: started } = await call(deployment, 'post', '/api/actions/{slug}/tell', { path: { slug }, json })
  const isWaiting = started.kind === 'awaiting-approval'
  const reached = isWaiting ? started : await follow(deployment, terminal, slug, started)
  terminal.give({ ...started, ...reached })
  if (terminal.isJson) return
  terminal.say(isWaiting ? 'Nothing is sent until a second organiser gives the same command.' : wordsOf(reached))
}

/** Polls until all writers were told, or until only people are left who are tried again later. */
async function follow(deployment: Deployment, terminal: Terminal, slug: string, started: SentNews): Promise<SentNews> {
  let told = started
  for (let still = 0; !told.done && still < POLLS_WITHOUT_CHANGE; still++) {
    terminal.progress(wordsOf(told))
    await sleep(POLL_EVERY_MS)
    const found = (await newsOf(deployment, slug)).find(({ about }) => about === started.about)
    if (found === undefined) break
    if (found.told !== told.told) still = 0
    told = found
  }
  terminal.progress('')
  return told
}

async function showNews(deployment: Deployment, terminal: Terminal, slug: string): Promise<void> {
  const all = await newsOf(deployment, slug)
  for (const news of all) {
    terminal.give(news)
    if (!terminal.isJson) terminal.say(`${news.about}: ${wordsOf(news)}`)
  }
  if (all.length === 0) terminal.say('No news was sent to the writers of this campaign.')
}

async function newsOf(deployment: Deployment, slug: string): Promise<readonly SentNews[]> {
  return (await call(deployment, 'get', '/api/actions/{slug}', { path: { slug } })).json.news ?? []
}

/** How far the news has come, in words. */
export function wordsOf({ told, done, postponed }: Pick<SentNews, 'told' | 'done' | 'postponed'>): string {
  const reached = `${told} ${told === 1 ? 'writer has' : 'writers have'} been told`
  if (done) return `${reached}; that is all.`
  return `${reached} so far${postponed === 0 ? '' : `, ${postponed} will be tried again`}; it goes on by itself.`
}
