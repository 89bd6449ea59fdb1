import { Option } from 'commander'
import { campaignNamed } from '../campaign-named.ts'
import { call } from '../client.ts'
import { type Deployment, WrongUsage } from '../command.ts'
import { reportOf } from '../dispatches/dispatch-words.ts'
import { followDispatch } from '../dispatches/follow.ts'
import { checkPractice, showPracticeMails, withPractice } from '../dispatches/practice.ts'
import { requestDispatch, type SendWishes } from '../dispatches/request-dispatch.ts'
import { localIso, momentIn } from '../moment.ts'
import { EXIT } from '../program/exit-status.ts'
import {
  actAt,
  type CommandRegistration,
  countIn,
  listIn,
  type ServerOptions,
  withServer,
} from '../program/registration.ts'
import type { Terminal } from '../program/terminal.ts'

/** States in which a dispatch waits for its start time or an approval. `send` ends there with exit status 0. */
const WAITING: readonly string[] = ['scheduled', 'awaiting-approval']

export const registerSend: CommandRegistration = (program) => {
  const described = program.command('send').description('send an e-mail of a campaign, and report until it ends')
  withPractice(withServer(described, 'send'))
    .argument('<campaign>')
    .addOption(new Option('--email <EMAIL>', 'the e-mail to send').choices(['appeal', 'update']).default('appeal'))
    .option('--update <ID>', 'the update to send, by its day')
    .option('--locales <LANGUAGES>', 'only people who would get one of these languages, such as en,fr', listIn)
    .option('--topics <TOPICS>', 'only people who chose one of these topics, such as mining,metal', listIn)
    .option('--countries <COUNTRIES>', 'only people in these countries, such as KZ,GB', listIn)
    .option('--confirmed-after <TIME>', 'only people who joined after this, such as 2026-11-22T12:00:00Z')
    .option(
      '--not-reached-by <ID>',
      'only people whom no dispatch of this e-mail has reached; ID names an earlier one that is over',
    )
    .option(
      '--at <TIME>',
      'start at this time instead of now: 2026-12-05T16:00 on this machine’s clock, or with a zone, such as ' +
        '2026-12-05T16:00Z',
    )
    .option('--rate <N>', 'at most N people a minute', countIn)
    .option('--dry-run', 'count the people and send nothing')
    .option('--test-to <ADDRESS>', 'send one test mail to this address and nothing else')
    .action((campaign: string, options: ServerOptions & SendWishes) =>
      actAt(options, (deployment, terminal) => send(deployment, terminal, campaign, withTimes(options, terminal))),
    )
}

async function send(deployment: Deployment, terminal: Terminal, slug: string, wishes: SendWishes): Promise<number> {
  const { revision, words } = await campaignNamed(deployment, slug)
  const startedAt = new Date().toISOString()
  const started = await requestDispatch(deployment, slug, revision, wishes)
  const what = `the ${wishes.email} of “${words.en?.title}”, revision ${revision}`
  terminal.say(`${wishes.dryRun ? 'Counting for' : wishes.practice ? 'Practising' : 'Sending'} ${what}.`)
  if (!('id' in started)) {
    terminal.give(started)
    terminal.say('The test mail is queued.')
    return EXIT.done
  }
  const dispatch = await followDispatch(deployment, terminal, started)
  terminal.give(dispatch)
  if (!terminal.isJson) {
    for (const line of reportOf(dispatch)) terminal.say(line)
    await reportNotices(deployment, terminal, startedAt)
  }
  if (wishes.practice) await showPracticeMails(deployment, terminal, dispatch, wishes)
  const isWell = dispatch.state === 'finished' ? dispatch.counts.uncertain === 0 : WAITING.includes(dispatch.state)
  return isWell ? EXIT.done : EXIT.failed
}

/** The wishes with times as the API expects them. Says what a time without a zone was taken for. @throws WrongUsage */
function withTimes(options: SendWishes, terminal: Terminal): SendWishes {
  if (options.update !== undefined && options.email !== 'update')
    throw new WrongUsage('Expected --update only with --email update.')
  checkPractice(options)
  const now = new Date()
  const timeIn = (option: string, typed: string | undefined) =>
    typed === undefined ? undefined : momentIn(option, typed, now)
  const at = timeIn('--at', options.at)
  if (at?.isLocal) terminal.say(`--at is ${localIso(new Date(at.iso))} on this machine’s clock.`)
  const confirmedAfter = timeIn('--confirmed-after', options.confirmedAfter)?.iso
  return { ...options, at: at?.iso, confirmedAfter }
}

/** Prints what organisers must know of the time since the command began. */
async function reportNotices(deployment: Deployment, terminal: Terminal, since: string): Promise<void> {
  const { json: notices } = await call(deployment, 'get', '/api/notices', {})
  const recent = notices.filter(({ lastAt }) => lastAt >= since)
  for (const { summary, action } of recent) terminal.say(`Notice: ${summary} ${action}`)
}
