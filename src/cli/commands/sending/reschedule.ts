import { ApiError, call } from '../../client.ts'
import { WrongUsage } from '../../command.ts'
import { lineOf } from '../../dispatches/dispatch-words.ts'
import { dispatchId, fetchDispatch } from '../../dispatches/find-dispatch.ts'
import { asMistake } from '../../dispatches/option-words.ts'
import { startIn, withStart } from '../../dispatches/send-options.ts'
import { bothClocks } from '../../moment.ts'
import { EXIT } from '../../program/exit-status.ts'
import {
  actAt,
  type CommandRegistration,
  type ServerOptions,
  withQuestion,
  withServer,
} from '../../program/registration.ts'

type RescheduleOptions = ServerOptions & { yes?: boolean; at?: string; zone?: string }

export const registerReschedule: CommandRegistration = (program) => {
  const described = program.command('reschedule').description('give a dispatch that has not begun another time')
  withQuestion(withStart(withServer(described, 'send')))
    .argument('<dispatch>', 'its id, or the first 8 digits')
    .action((typed: string, options: RescheduleOptions) =>
      actAt(options, async (deployment, terminal) => {
        const { at, zone } = startIn(options, terminal, new Date())
        if (at === undefined) throw new WrongUsage('Expected --at TIME.')
        const id = await dispatchId(deployment, typed, () => true, '')
        const before = await fetchDispatch(deployment, id)
        terminal.warn(lineOf(before))
        const instead = before.sendAt === undefined ? '' : ` instead of ${bothClocks(before.sendAt, zone)}`
        await terminal.confirm(`Start it at ${bothClocks(at, zone)}${instead}?`)
        const request = call(deployment, 'post', '/api/dispatches/{id}/reschedule', {
          path: { id },
          json: { sendAt: at },
        })
        const { json } = await request.catch((error: unknown) => {
          throw error instanceof ApiError ? asMistake(error) : error
        })
        terminal.give(json)
        terminal.say(`${json.id} starts at ${bothClocks(json.sendAt ?? at, zone)}.`)
        return EXIT.done
      }),
    )
}
