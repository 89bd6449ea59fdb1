import type { Command } from 'commander'
import { call, type Schemas } from '../client.ts'
import type { Deployment } from '../command.ts'
import { people } from '../dispatches/announcement.ts'
import { lineOf, reportOf } from '../dispatches/dispatch-words.ts'
import { dispatchId, fetchDispatch } from '../dispatches/find-dispatch.ts'
import { bothClocks } from '../moment.ts'
import { EXIT } from '../program/exit-status.ts'
import {
  actAt,
  type CommandRegistration,
  type ServerOptions,
  withQuestion,
  withServer,
} from '../program/registration.ts'
import type { Terminal } from '../program/terminal.ts'

type Controlled = Schemas['Dispatch']
type Act = {
  name: 'pause' | 'resume' | 'cancel' | 'unschedule' | 'approve'
  summary: string
  /** States from which the only dispatch is taken if none is named. */
  from: readonly Controlled['state'][]
  /** Ends the sentence “No dispatch …”. */
  none: string
  /** What is asked first; undefined if nothing is asked. */
  question?: (dispatch: Controlled) => string
}

const SENDING = ['scheduled', 'planning', 'running'] as const

const ACTS: readonly Act[] = [
  {
    name: 'pause',
    summary: 'pause a dispatch; no call begins after the answer',
    from: SENDING,
    none: 'is scheduled or being sent',
  },
  { name: 'resume', summary: 'go on with a paused dispatch', from: ['paused'], none: 'is paused' },
  {
    name: 'cancel',
    summary: 'end a dispatch for the people it has not reached',
    from: [...SENDING, 'paused', 'awaiting-approval'],
    none: 'can be cancelled',
    question: ({ state, counts }) =>
      counts.planned === 0
        ? `It is ${state}. Cancel it?`
        : `It is ${state}, and ${people(counts.waiting)} of ${counts.planned} still wait. Cancel it for them?`,
  },
  {
    name: 'unschedule',
    summary: 'take back a dispatch that has not begun',
    from: ['scheduled', 'awaiting-approval'],
    none: 'waits for its time or an approval',
    question: ({ state, sendAt }) =>
      `It is ${state}${sendAt === undefined ? '' : `, and starts at ${bothClocks(sendAt)}`}. Take it back?`,
  },
  {
    name: 'approve',
    summary: 'approve a dispatch that another organiser requested',
    from: ['awaiting-approval'],
    none: 'waits for an approval',
    question: ({ sendAt }) =>
      `Approve it? It is sent ${sendAt === undefined ? 'at once' : `at ${bothClocks(sendAt)}`}.`,
  },
]

export const registerControl: CommandRegistration = (program) => {
  for (const one of ACTS) registerAct(program, one)
}

function registerAct(program: Command, { name, summary, from, none, question }: Act): void {
  const command = withServer(program.command(name).description(summary), 'send')
  if (question !== undefined) withQuestion(command)
  command
    .argument('[dispatch]', 'its id, or the first 8 digits; not needed if only one is possible')
    .action((typed: string | undefined, options: ServerOptions & { yes?: boolean }) =>
      actAt(options, async (deployment, terminal) => {
        const id = await dispatchId(deployment, typed, ({ state }) => from.includes(state), none)
        if (question !== undefined) await ask(deployment, terminal, id, question)
        const path = { id }
        const { json } = await call(deployment, 'post', `/api/dispatches/{id}/${name}`, { path })
        terminal.give(json)
        if (!terminal.isJson) terminal.say([lineOf(json), ...reportOf(json)].join('\n'))
        return EXIT.done
      }),
    )
}

async function ask(
  deployment: Deployment,
  terminal: Terminal,
  id: string,
  question: (dispatch: Controlled) => string,
): Promise<void> {
  const dispatch = await fetchDispatch(deployment, id)
  terminal.warn(lineOf(dispatch))
  await terminal.confirm(question(dispatch))
}
