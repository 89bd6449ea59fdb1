import { call } from '../../client.ts'
import { people } from '../../dispatches/announcement.ts'
import { EXIT } from '../../program/exit-status.ts'
import {
  actAt,
  type CommandRegistration,
  type ServerOptions,
  withQuestion,
  withServer,
} from '../../program/registration.ts'

export const registerStop: CommandRegistration = (program) => {
  const described = program
    .command('stop')
    .description('stop everything that sends, at once: dispatches, letters, digests, news, imports. It does not ask')
  withServer(described, 'send')
    .option('--yes', 'has no effect: nothing is asked')
    .action((options: ServerOptions) =>
      actAt(options, async (deployment, terminal) => {
        const { json } = await call(deployment, 'post', '/api/stop', {})
        terminal.give(json)
        const { stopped, paused, openCalls, unknown } = json
        terminal.say(`Everything that sends is stopped (since ${stopped.at}, by ${stopped.by}).`)
        for (const id of paused) terminal.say(`Paused: ${id}`)
        for (const { dispatch, campaign, batch, people: count } of openCalls)
          terminal.say(
            `Under way already, and still counted: batch ${batch} of ${dispatch ?? campaign}, ${people(count)}`,
          )
        for (const name of unknown) terminal.say(`Has not answered yet, and begins no call either: ${name}`)
        terminal.say('Nothing begins until: npm run tocsin -- go-on')
        return EXIT.done
      }),
    )
}

export const registerGoOn: CommandRegistration = (program) => {
  const described = program.command('go-on').description('end the stop of everything, and resume what it has paused')
  withQuestion(withServer(described, 'send')).action((options: ServerOptions & { yes?: boolean }) =>
    actAt(options, async (deployment, terminal) => {
      await terminal.confirm('Go on with everything that was stopped? It sends at once.')
      const { json } = await call(deployment, 'post', '/api/go-on', {})
      terminal.give(json)
      terminal.say('The stop is over.')
      for (const id of json.resumed) terminal.say(`Goes on: ${id}`)
      for (const { dispatch, detail } of json.notResumed) terminal.warn(`Does not go on: ${dispatch}: ${detail}`)
      return json.notResumed.length === 0 ? EXIT.done : EXIT.failed
    }),
  )
}
