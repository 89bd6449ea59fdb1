import { localesOfMail } from '../../campaigns/campaign.ts'
import { ApiError, call, type Schemas } from '../client.ts'
import { type Deployment, Mistake, NotWanted } from '../command.ts'
import { EXIT } from '../program/exit-status.ts'
import type { Interrupts } from '../program/interrupts.ts'
import type { Terminal } from '../program/terminal.ts'
import { type Announced, announcementOf, nobodyOf, questionOf, refusalOf } from './announcement.ts'
import { progressOf, reportOf } from './dispatch-words.ts'
import { fetchDispatch } from './find-dispatch.ts'
import { followDispatch } from './follow.ts'
import { checkPublished, knownCampaign, missingLocales } from './local-copy.ts'
import { patiently } from './patience.ts'
import { showPracticeMails } from './practice.ts'
import { requestDispatch, type SendWishes } from './request-dispatch.ts'

type SentDispatch = Schemas['Dispatch']

/** States in which a dispatch waits for its start time or an approval. A command that sends ends there with exit status 0. */
const WAITING: readonly string[] = ['scheduled', 'awaiting-approval']
/** How long a server that has answered before may be away. */
const AWAY_MS = 60_000

export type Conduct = { deployment: Deployment; terminal: Terminal; interrupts: Interrupts }
type Wanted = { campaign: Schemas['Campaign']; wishes: SendWishes; dryRun: boolean; zone?: string | undefined }

/** Shows what would be sent to whom, asks, sends it and follows it to its end. Returns the exit status. */
export async function conduct(world: Conduct, wanted: Wanted): Promise<number> {
  const { terminal, interrupts } = world
  const startedAt = new Date().toISOString()
  if (wanted.wishes.practice) {
    terminal.say(`Practising the ${wanted.wishes.email} of ${wanted.campaign.slug} with invented readers.`)
    return send(world, wanted, startedAt)
  }
  const announced = await interrupts.during((signal) => announce(world, wanted, signal))
  if (announced === 'interrupted') throw new NotWanted('Nothing was sent.')
  const { counted } = announced
  for (const line of announcementOf(announced)) terminal.say(line)
  const refusal = refusalOf(counted, wanted.wishes)
  const nobody = wanted.wishes.at === undefined ? nobodyOf(counted, wanted.wishes) : undefined
  if (wanted.dryRun) {
    terminal.give(counted)
    if (refusal !== undefined) terminal.say(`The real one would be refused: ${refusal}`)
    else terminal.say(nobody ?? `The real one would ask: ${questionOf(announced)}`)
    terminal.say('This was a dry run. Nothing was sent.')
    return EXIT.done
  }
  if (refusal !== undefined) throw new Mistake(`${refusal}\nNothing was sent.`)
  if (nobody !== undefined) throw new Mistake(`${nobody} Nothing was sent.`)
  await terminal.confirm(questionOf(announced))
  return send(world, wanted, startedAt)
}

/** Counts the people and reads the warnings. Sends nothing. */
async function announce(world: Conduct, { campaign, wishes, zone }: Wanted, signal: AbortSignal) {
  const { terminal } = world
  const deployment = { ...world.deployment, signal }
  const started = await requestDispatch({ deployment, terminal, dryRun: true }, campaign, wishes)
  const { realAnswer } = started
  const ended = await followDispatch({ deployment, terminal, refusedMs: AWAY_MS }, started)
  const known = knownCampaign(campaign)
  if (known === undefined)
    throw new Mistake('The server has another version than this program: run git pull and npm ci.')
  const counted = { ...ended, ...(realAnswer && { realAnswer }) }
  const missing = missingLocales(localesOfMail(known, wishes.email, wishes.update))
  const warnings = await checkPublished(campaign, Date.now())
  return { campaign: known, wishes, counted, missing, warnings, zone } satisfies Announced
}

async function send(world: Conduct, { campaign, wishes }: Wanted, startedAt: string): Promise<number> {
  const { terminal, interrupts, deployment } = world
  const { result: started, isInterrupted } = await interrupts.after(
    (signal) => requestDispatch({ deployment: { ...deployment, signal }, terminal, dryRun: false }, campaign, wishes),
    () => terminal.warn('The request is on its way. Waiting for its answer; Ctrl-C again leaves without it.'),
  )
  if (started === 'left')
    throw new Mistake(
      'Left without the answer. The sending may have begun or still begin: npm run tocsin -- list shows it.',
    )
  terminal.say(`Dispatch ${started.id}. To stop it: npm run tocsin -- pause ${started.id}`)
  if (isInterrupted) return leave(world, started)
  const outcome = await interrupts.during((signal) =>
    followDispatch({ deployment: { ...deployment, signal }, terminal, refusedMs: AWAY_MS }, started),
  )
  return outcome === 'interrupted' ? leave(world, started) : end(world, outcome, { wishes, startedAt })
}

/** Ends after Ctrl-C. Asks whether to stop the sending too, and says what goes on. */
async function leave({ deployment, terminal }: Conduct, { id }: SentDispatch): Promise<number> {
  terminal.progress('')
  const isToStop = terminal.isScreen && (await terminal.agrees('Stop the sending too?'))
  const stopped = isToStop ? await paused(deployment, id) : undefined
  if (stopped !== undefined) {
    terminal.give(stopped)
    terminal.warn([progressOf(stopped), ...reportOf(stopped)].join('\n'))
  } else
    terminal.warn(
      `The dispatch goes on by itself. To look: npm run tocsin -- status ${id}. To stop it: npm run tocsin -- pause ${id}`,
    )
  return EXIT.failed
}

/** Pauses a dispatch. One that is over already is shown as it is. */
async function paused(deployment: Deployment, id: string): Promise<SentDispatch> {
  try {
    return (await call(deployment, 'post', '/api/dispatches/{id}/pause', { path: { id } })).json
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem?.status !== 409) throw error
    return fetchDispatch(deployment, id)
  }
}

type Conducted = { wishes: SendWishes; startedAt: string }

async function end(
  { deployment, terminal }: Conduct,
  dispatch: SentDispatch,
  { wishes, startedAt }: Conducted,
): Promise<number> {
  terminal.give(dispatch)
  if (!terminal.isJson) {
    for (const line of reportOf(dispatch)) terminal.say(line)
    const notices = () => call(deployment, 'get', '/api/notices', {})
    const { json } = await patiently({ deployment, terminal, refusedMs: AWAY_MS }, notices)
    for (const { lastAt, summary, action } of json)
      if (lastAt >= startedAt) terminal.say(`Notice: ${summary} ${action}`)
  }
  if (wishes.practice) await showPracticeMails(deployment, terminal, dispatch, wishes)
  const isWell = dispatch.state === 'finished' ? dispatch.counts.uncertain === 0 : WAITING.includes(dispatch.state)
  return isWell ? EXIT.done : EXIT.failed
}
