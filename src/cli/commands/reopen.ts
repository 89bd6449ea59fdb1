import { campaignNamed } from '../campaign-named.ts'
import { call } from '../client.ts'
import { EXIT } from '../program/exit-status.ts'
import {
  actAt,
  type CommandRegistration,
  type ServerOptions,
  withQuestion,
  withServer,
} from '../program/registration.ts'

type ReopenOptions = ServerOptions & { yes?: boolean }

export const registerReopen: CommandRegistration = (program) => {
  const described = program
    .command('reopen')
    .description('send letters to a target as before, although its reader asked for a digest or for no more letters')
  withQuestion(withServer(described, 'send'))
    .argument('<campaign>')
    .argument('<target>', 'its id in campaign.yaml')
    .action((slug: string, target: string, options: ReopenOptions) =>
      actAt(options, async (deployment, terminal) => {
        const campaign = await campaignNamed(deployment, slug)
        await terminal.confirm(`Send letters to ${target} of “${campaign.words.en?.title}” as before?`)
        const { json } = await call(deployment, 'post', '/api/actions/{slug}/reopen', {
          path: { slug },
          json: { target },
        })
        terminal.give(json)
        if (!terminal.isJson)
          terminal.say(`Letters go to ${target} as the campaign says. Cancelled ones do not come back.`)
        return EXIT.done
      }),
    )
}
