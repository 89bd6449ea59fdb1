import { ApiError, call, type Schemas } from '../client.ts'
import { codeOf, type Deployment, Mistake, sleep } from '../command.ts'
import type { PracticeWishes } from './practice.ts'

/** What `send` asks for: its options, with times as the API expects them. */
export type SendWishes = PracticeWishes & {
  email: string
  update?: string
  locales?: string[]
  topics?: string[]
  countries?: string[]
  confirmedAfter?: string | undefined
  notReachedBy?: string
  at?: string | undefined
  rate?: number
  dryRun?: boolean
  testTo?: string
}

/** Attempts of the request that opens a dispatch. Its Idempotency-Key makes repeats harmless. */
const REQUEST_TRIES = 5
const RETRY_AFTER_MS = 300

const bodyOf = (campaign: string, revision: string, wishes: SendWishes) => ({
  campaign,
  revision,
  email: wishes.email,
  updateId: wishes.update,
  audience: {
    locales: wishes.locales,
    topics: wishes.topics,
    countries: wishes.countries,
    confirmedAfter: wishes.confirmedAfter,
    notReachedBy: wishes.notReachedBy,
  },
  sendAt: wishes.at,
  ratePerMinute: wishes.rate,
  dryRun: wishes.dryRun ?? false,
  practice: wishes.practice ?? false,
  notify: wishes.notify,
  testTo: wishes.testTo,
})

/** Opens the dispatch, or queues a test mail. Repeats share an Idempotency-Key. @throws Mistake if refused or after 5 attempts */
export async function requestDispatch(
  deployment: Deployment,
  campaign: string,
  revision: string,
  wishes: SendWishes,
): Promise<Schemas['Dispatch'] | Schemas['TestMail']> {
  const header = { 'Idempotency-Key': crypto.randomUUID() }
  const json = bodyOf(campaign, revision, wishes)
  for (let tries = 1; ; tries++) {
    try {
      return (await call(deployment, 'post', '/api/dispatches', { header, json })).json
    } catch (error) {
      if (error instanceof ApiError) throw inOptions(error)
      if (tries === REQUEST_TRIES) {
        const why = error instanceof Error ? error.message || codeOf(error) : String(error)
        throw new Mistake(`${deployment.url} did not accept the request in ${tries} attempts: ${why}`)
      }
      await sleep(RETRY_AFTER_MS * tries)
    }
  }
}

/** Command-line options by the API field that each sets. */
const OPTIONS: Record<string, string> = {
  'audience.locales': '--locales',
  'audience.topics': '--topics',
  'audience.countries': '--countries',
  'audience.confirmedAfter': '--confirmed-after',
  'audience.notReachedBy': '--not-reached-by',
  confirmedAfter: '--confirmed-after',
  updateId: '--update',
  sendAt: '--at',
  notify: '--notify',
  ratePerMinute: '--rate',
  testTo: '--test-to',
}

/** The API's refusal with option names in place of field names. Adds the options that avoid the refusal. */
function inOptions({ message, problem }: ApiError): Mistake {
  const text = Object.entries(OPTIONS).reduce((message, [field, option]) => message.replaceAll(field, option), message)
  const since = problem?.confirmedAfter === undefined ? '' : `\n  --confirmed-after ${problem.confirmedAfter}`
  const rest = problem?.notReachedBy === undefined ? '' : `\n  --not-reached-by ${problem.notReachedBy}`
  return new Mistake(text + since + rest)
}
