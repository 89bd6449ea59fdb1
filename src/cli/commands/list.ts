import { call } from '../client.ts'
import { lineOf } from '../dispatches/dispatch-words.ts'
import { fetchDispatches } from '../dispatches/find-dispatch.ts'
import { EXIT } from '../program/exit-status.ts'
import { actAt, type CommandRegistration, type ServerOptions, withServer } from '../program/registration.ts'

export const registerList: CommandRegistration = (program) => {
  withServer(program.command('list').description('list the newest 25 dispatches, or the campaigns'), 'read')
    .option('--campaigns', 'list the campaigns instead')
    .option('--all', 'dry runs too; each send makes one to count people')
    .action((options: ServerOptions & { campaigns?: boolean; all?: boolean }) =>
      actAt(options, async (deployment, terminal) => {
        const print = (items: readonly object[], words: readonly string[], none: string) => {
          for (const item of items) terminal.give(item)
          if (!terminal.isJson) terminal.say(words.join('\n') || none)
          return EXIT.done
        }
        if (options.campaigns) {
          const { json: campaigns } = await call(deployment, 'get', '/api/campaigns', {})
          const lines = campaigns.map(
            ({ slug, status, locales, title }) => `${slug}  ${status}, ${locales.join(' ')}: ${title}`,
          )
          return print(campaigns, lines, 'There are no campaigns.')
        }
        const found = await fetchDispatches(deployment)
        const shown = found.filter(({ dryRun }) => options.all || !dryRun)
        const hidden = found.length - shown.length
        if (hidden > 0) terminal.warn(`Not shown: ${hidden === 1 ? 'a dry run' : `${hidden} dry runs`}. Add --all.`)
        return print(shown, shown.map(lineOf), 'There are no dispatches.')
      }),
    )
}
