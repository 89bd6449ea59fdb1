import { type Command, Option } from 'commander'
import { campaignNamed } from '../campaign-named.ts'
import type { Schemas } from '../client.ts'
import { type Deployment, WrongUsage } from '../command.ts'
import { conduct } from '../dispatches/conduct.ts'
import { patiently } from '../dispatches/patience.ts'
import { checkPractice, type PracticeWishes, withPractice } from '../dispatches/practice.ts'
import type { SendWishes } from '../dispatches/request-dispatch.ts'
import { type PaceOptions, startIn, withPace } from '../dispatches/send-options.ts'
import { sendTests } from '../dispatches/test-mails.ts'
import { momentIn } from '../moment.ts'
import { processInterrupts } from '../program/interrupts.ts'
import {
  actAt,
  type CommandRegistration,
  listIn,
  type ServerOptions,
  withQuestion,
  withServer,
} from '../program/registration.ts'
import type { Terminal } from '../program/terminal.ts'

type SendOptions = ServerOptions &
  PaceOptions &
  PracticeWishes & {
    email?: string
    update?: string
    locales?: string[]
    topics?: string[]
    countries?: string[]
    confirmedAfter?: string
    notReachedBy?: string
    testTo?: string[]
  }

export const registerSend: CommandRegistration = (program) => {
  const described = program
    .command('send')
    .description('show what would be sent to whom, ask, send it, and report until it ends')
  withPractice(withQuestion(withPace(withAudience(withServer(described, 'send').argument('<campaign>')))))
    .option('--test-to <ADDRESSES>', 'send only tests, to up to ten addresses: every email in every language', listIn)
    .action((slug: string, options: SendOptions) =>
      actAt(options, (deployment, terminal) => send(deployment, terminal, slug, options)),
    )
}

const withAudience = (command: Command): Command =>
  command
    .addOption(
      new Option('--email <EMAIL>', 'the e-mail to send: the appeal, if none is named').choices([
        'appeal',
        'update',
        'correction',
      ]),
    )
    .option('--update <ID>', 'the update to send, by its day; --email update may be left out')
    .option('--locales <LANGUAGES>', 'only people who would get one of these languages, such as en,fr', listIn)
    .option('--topics <TOPICS>', 'only people who chose one of these topics, such as mining,metal', listIn)
    .option('--countries <COUNTRIES>', 'only people in these countries, such as KZ,GB', listIn)
    .option('--confirmed-after <TIME>', 'only people who joined after this, such as 2026-11-22T12:00:00Z')
    .option(
      '--not-reached-by <ID>',
      'only people whom no dispatch of this e-mail has reached; ID names an earlier one that is over',
    )

async function send(deployment: Deployment, terminal: Terminal, slug: string, options: SendOptions): Promise<number> {
  const { update, testTo, dryRun = false } = options
  const { email = update === undefined ? 'appeal' : 'update' } = options
  if (update !== undefined && email === 'appeal') throw new WrongUsage('Expected --update only with --email update.')
  checkPractice(options)
  if (testTo !== undefined)
    return sendTests(
      deployment,
      terminal,
      slug,
      testsOf(testTo, { ...options, ...(update !== undefined && { email }) }),
    )
  if (email === 'correction')
    throw new WrongUsage('A correction goes to exactly those who got the mistake: npm run tocsin -- correct DISPATCH')
  const now = new Date()
  const { at, zone } = startIn(options, terminal, now)
  const { locales, topics, countries, notReachedBy, rate, holdAfter, practice, out, notify } = options
  const confirmedAfter =
    options.confirmedAfter === undefined ? undefined : momentIn('--confirmed-after', options.confirmedAfter, now).iso
  const wishes: SendWishes = {
    ...{ email, update, locales, topics, countries, confirmedAfter, notReachedBy, at, rate, holdAfter },
    ...{ practice, out, notify },
  }
  const campaign = await patiently({ deployment, terminal }, () => campaignNamed(deployment, slug))
  if (email === 'update' && update === undefined) throw whichUpdate(campaign)
  return conduct({ deployment, terminal, interrupts: processInterrupts }, { campaign, wishes, dryRun, zone })
}

/** Says which updates there are. */
function whichUpdate({ slug, words }: Schemas['Campaign']): WrongUsage {
  const updates = (words.en?.updates ?? []).map(({ id, title }) => `\n  --update ${id}   ${title}`)
  return new WrongUsage(
    updates.length === 0
      ? `${slug} has no update: write one in its files under ## Update, and publish.`
      : `Which update? ${slug} has:${updates.join('')}`,
  )
}

/** The tests that are wanted. @throws WrongUsage for options that mean people or a time */
function testsOf(to: string[], options: SendOptions) {
  const { email, update, locales } = options
  const others = [
    'topics',
    'countries',
    'confirmedAfter',
    'notReachedBy',
    'at',
    'rate',
    'holdAfter',
    'dryRun',
    'practice',
    'notify',
  ] as const
  const [other] = others.filter((name) => options[name] !== undefined)
  if (other !== undefined) {
    const option = other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    throw new WrongUsage(`Expected --test-to without --${option}: tests go to the named addresses, at once.`)
  }
  const emails = email === undefined ? undefined : [[email, update].filter(Boolean).join('/')]
  return { to, emails, locales }
}
