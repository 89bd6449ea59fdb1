import { call } from '../client.ts'
import { type LookedNotice, lookedAt } from '../dispatches/settled-notices.ts'
import { EXIT } from '../program/exit-status.ts'
import { actAt, type CommandRegistration, type ServerOptions, withServer } from '../program/registration.ts'

function textOf({ kind, summary, count, firstAt, lastAt, detail, why, action, settled }: LookedNotice): string {
  const known = kind === 'dispatch-paused' ? why : detail // the detail of a pause is the code of its reason
  return [
    summary,
    ...(known === undefined ? [] : [`  ${known}`]),
    `  ${count === 1 ? `once, ${lastAt}` : `${count} cases, ${firstAt} to ${lastAt}`}`,
    settled ? '  Settled: nothing is to be done any more.' : `  ${action}`,
  ].join('\n')
}

export const registerNotices: CommandRegistration = (program) => {
  const described = program
    .command('notices')
    .description('print what organisers must know, each once, with what to do')
  withServer(described, 'read')
    .option('--all', 'settled ones too: a pause or a stop that is over')
    .action((options: ServerOptions & { all?: boolean }) =>
      actAt(options, async (deployment, terminal) => {
        const { json: notices } = await call(deployment, 'get', '/api/notices', {})
        const looked = await lookedAt(deployment, notices)
        for (const notice of looked) terminal.give(notice)
        if (terminal.isJson) return EXIT.done
        const shown = looked.filter(({ settled }) => options.all || !settled)
        const hidden = looked.length - shown.length
        terminal.say(
          shown.map(textOf).join('\n\n') || (hidden > 0 ? 'Nothing is to be done.' : 'There are no notices.'),
        )
        if (hidden > 0)
          terminal.warn(
            `Not shown: ${hidden === 1 ? 'a notice that is' : `${hidden} notices that are`} settled. Add --all.`,
          )
        return EXIT.done
      }),
    )
}
