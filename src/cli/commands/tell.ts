import { Option } from 'commander'
import { campaignNamed } from '../campaign-named.ts'
import { call } from '../client.ts'
import { WrongUsage } from '../command.ts'
import { EXIT } from '../program/exit-status.ts'
import {
  actAt,
  type CommandRegistration,
  type ServerOptions,
  withQuestion,
  withServer,
} from '../program/registration.ts'

type TellOptions = ServerOptions & { yes?: boolean; update?: string; end?: boolean; onTheList?: 'skip' | 'tell' }

export const registerTell: CommandRegistration = (program) => {
  const described = program.command('tell').description('send news to the writers of a campaign who asked for it')
  withQuestion(withServer(described, 'send'))
    .argument('<campaign>')
    .option('--update <ID>', 'tell of this update, named by its day')
    .option('--end', 'tell of the end: won, closed, or no more letters needed')
    .addOption(
      new Option('--on-the-list <WHAT>', 'writers who are supporters too get updates by send').choices([
        'skip',
        'tell',
      ]),
    )
    .action((slug: string, options: TellOptions) =>
      actAt(options, async (deployment, terminal) => {
        const { update, end = false, onTheList } = options
        if ((update === undefined) !== end) throw new WrongUsage('Expected --update ID or --end.')
        const campaign = await campaignNamed(deployment, slug)
        const about = end ? `the end (${campaign.status})` : `the update ${update}`
        await terminal.confirm(`Send ${about} of “${campaign.words.en?.title}” to its writers?`)
        const path = { slug }
        const json = { about: end ? 'end' : 'update', updateId: update, onTheList: onTheList ?? 'skip' }
        const { json: news } = await call(deployment, 'post', '/api/actions/{slug}/tell', { path, json })
        terminal.give(news)
        if (!terminal.isJson) {
          const told = `${news.told} writers have been told so far; ${news.done ? 'that is all.' : 'it goes on by itself.'}`
          const waits = 'Nothing is sent until a second organiser gives the same command.'
          terminal.say(news.kind === 'awaiting-approval' ? waits : told)
        }
        return EXIT.done
      }),
    )
}
