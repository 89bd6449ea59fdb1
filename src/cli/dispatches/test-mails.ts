import { MAX_TESTS_AN_ADDRESS } from '../../campaigns/campaign.ts'
import { campaignNamed } from '../campaign-named.ts'
import { ApiError, call } from '../client.ts'
import { type Deployment, WrongUsage } from '../command.ts'
import { EXIT } from '../program/exit-status.ts'
import type { Terminal } from '../program/terminal.ts'
import { knownCampaign } from './local-copy.ts'
import { asMistake, optionAt } from './option-words.ts'
import { testedEmails } from './tested-emails.ts'

/** What `--test-to` sends, and to whom. Without `emails` or `locales`: all of them. */
export type TestWishes = { to: string[]; emails?: string[] | undefined; locales?: string[] | undefined }

/** Sends tests of a campaign to a few addresses. Says what was queued, and for whom nothing was. */
export async function sendTests(
  deployment: Deployment,
  terminal: Terminal,
  campaign: string,
  { to, emails: named, locales }: TestWishes,
): Promise<number> {
  if (to.length === 0) throw new WrongUsage('--test-to: expected at least one address')
  const published = await campaignNamed(deployment, campaign)
  const known = knownCampaign(published)
  const { emails, leftOut } =
    named === undefined && known !== undefined ? testedEmails(known, locales) : { emails: named, leftOut: [] }
  const json = { to, campaign, emails, locales }
  const { json: queued } = await call(deployment, 'post', '/api/tests', { json }).catch((error: unknown) => {
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
        `${emails?.join(', ') ?? 'every kind of email'} in ${(locales ?? Object.keys(published.words)).join(', ')}, marked [Test].`,
    )
    if (leftOut.length > 0)
      terminal.say(
        `Left out: ${leftOut.join(', ')}. ` +
          `An address gets at most ${MAX_TESTS_AN_ADDRESS} at a time: name one with --update, or fewer --locales.`,
      )
    terminal.say(`Tests may go to ${count(leftToday, 'more address', 'more addresses')} today (UTC).`)
  }
  for (const { path, message } of notSent) terminal.warn(`Not sent: ${optionAt(path)}: ${message}`)
  return mails > 0 ? EXIT.done : EXIT.failed
}
