import { call, type Schemas } from '../client.ts'
import { EXIT } from '../program/exit-status.ts'
import { actAt, type CommandRegistration, type ServerOptions, withServer } from '../program/registration.ts'

const textOf = ({ summary, count, firstAt, lastAt, detail, action }: Schemas['Notice']): string =>
  [
    summary,
    ...(detail === undefined ? [] : [`  ${detail}`]),
    `  ${count === 1 ? `once, ${lastAt}` : `${count} cases, ${firstAt} to ${lastAt}`}`,
    `  ${action}`,
  ].join('\n')

export const registerNotices: CommandRegistration = (program) => {
  const described = program
    .command('notices')
    .description('print what organisers must know, each once, with what to do')
  withServer(described, 'read').action((options: ServerOptions) =>
    actAt(options, async (deployment, terminal) => {
      const { json: notices } = await call(deployment, 'get', '/api/notices', {})
      for (const notice of notices) terminal.give(notice)
      if (!terminal.isJson) terminal.say(notices.map(textOf).join('\n\n') || 'There are no notices.')
      return EXIT.done
    }),
  )
}
