import { orNearest } from '../campaign-named.ts'
import { ApiError, call } from '../client.ts'
import { type Deployment, WrongUsage } from '../command.ts'
import { EXIT } from '../program/exit-status.ts'
import type { Terminal } from '../program/terminal.ts'
import { asMistake, optionAt } from './option-words.ts'

/** What `--test-to` sends, and to whom. Without `emails` or `locales`: all of them. */
export type TestWishes = { to: string[]; emails?: string[] | undefined; locales?: string[] | undefined }

/** Sends tests of a campaign to a few addresses. Says what was queued, and for whom nothing was. */
export async function sendTests(
  deployment: Deployment,
  terminal: Terminal,
  campaign: string,
  { to, emails, locales }: TestWishes,
): Promise<number> {
  if (to.length === 0) throw new WrongUsage('--test-to: expected at least one address')
  const json = { to, campaign, emails, locales }
  const request = () => call(deployment, 'post', '/api/tests', { json })
  const { json: queued } = await orNearest(deployment, campaign, request).catch((error: unknown) => {
    throw error instanceof ApiError
      ? asMistake(error, { ...(locales && { locales }), ...(emails && { emails }) })
      : error
  })
  const { mails, addresses, leftToday, notSent } = queued
  terminal.give(queued)
  if (!terminal.isJson) {
    const count = (n: number, noun: string, plural: string) => `${n} ${n === 1 ? noun : plural}`
    terminal.say(
      `Queued ${count(mails, 'test', 'tests')} for ${count(addresses, 'address', 'addresses')}: ` +
        `${emails?.join(', ') ?? 'every kind of e-mail'} in ${locales?.join(', ') ?? 'every language'}, marked [Test].`,
    )
    terminal.say(`Tests may go to ${count(leftToday, 'more address', 'more addresses')} today (UTC).`)
  }
  for (const { path, message } of notSent) terminal.warn(`Not sent: ${optionAt(path)}: ${message}`)
  return mails > 0 ? EXIT.done : EXIT.failed
}
