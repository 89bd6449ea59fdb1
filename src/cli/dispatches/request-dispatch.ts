import { ApiError, call, type Schemas } from '../client.ts'
import { codeOf, type Deployment, Mistake, NoServer, Rebuilding, sleep } from '../command.ts'
import type { Terminal } from '../program/terminal.ts'
import { asMistake, type Refusal, refusalWords } from './option-words.ts'
import type { PracticeWishes } from './practice.ts'

/** What `send` and `correct` ask for: their options, with times as the API expects them. */
export type SendWishes = PracticeWishes & {
  email: string
  update?: string | undefined
  locales?: string[] | undefined
  topics?: string[] | undefined
  countries?: string[] | undefined
  confirmedAfter?: string | undefined
  notReachedBy?: string | undefined
  reachedBy?: string | undefined
  at?: string | undefined
  rate?: number | undefined
  holdAfter?: number | undefined
}

/** Attempts of a request that is not answered well. Its Idempotency-Key makes repeats harmless. */
const REQUEST_TRIES = 5
const RETRY_AFTER_MS = 300
/** How long a local server may rebuild. */
const REBUILD_MS = 120_000

/** Codes of connections that were never made, so that nothing can have arrived. */
const NEVER_ARRIVED = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']

const bodyOf = ({ slug, revision }: CampaignAt, wishes: SendWishes, dryRun: boolean) => ({
  campaign: slug,
  revision,
  email: wishes.email,
  updateId: wishes.update,
  audience: {
    locales: wishes.locales,
    topics: wishes.topics,
    countries: wishes.countries,
    confirmedAfter: wishes.confirmedAfter,
    notReachedBy: wishes.notReachedBy,
    reachedBy: wishes.reachedBy,
  },
  sendAt: wishes.at,
  ratePerMinute: wishes.rate,
  holdAfter: wishes.holdAfter,
  dryRun,
  practice: wishes.practice ?? false,
  notify: wishes.notify,
})

type CampaignAt = { slug: string; revision: string }
type Requesting = { deployment: Deployment; terminal: Terminal; dryRun: boolean }

/** A refusal of these wishes in the words of the command that they came from. */
export function refusalFor(wishes: SendWishes, refusal: Refusal | ApiError): string {
  const typed = typedValues(wishes)
  const words = refusal instanceof ApiError ? asMistake(refusal, typed).message : refusalWords(refusal, typed)
  return wishes.email === 'correction' ? words.replaceAll('--update', '--correction') : words
}

/** Values that a refusal may be about. */
const typedValues = ({ locales, topics, countries, update }: SendWishes) => ({
  ...(locales && { 'audience.locales': locales }),
  ...(topics && { 'audience.topics': topics }),
  ...(countries && { 'audience.countries': countries }),
  ...(update && { updateId: [update] }),
})

/**
 * Opens a dispatch. Repeats share an Idempotency-Key.
 * @throws Mistake if refused, NoServer that says whether the request can have arrived
 */
export async function requestDispatch(
  { deployment, terminal, dryRun }: Requesting,
  campaign: CampaignAt,
  wishes: SendWishes,
): Promise<Schemas['Dispatch']> {
  const header = { 'Idempotency-Key': crypto.randomUUID() }
  const json = bodyOf(campaign, wishes, dryRun)
  const since = Date.now()
  let mayHaveArrived = false
  for (let tries = 1; ; tries++) {
    try {
      const answer = await call(deployment, 'post', '/api/dispatches', { header, json })
      if (answer.status === 201) return answer.json
      throw new Mistake(`${deployment.url} answered as for a test mail; expected a dispatch`)
    } catch (error) {
      if (error instanceof ApiError) throw new Mistake(refusalFor(wishes, error))
      if (error instanceof Mistake) throw error
      mayHaveArrived ||= !(error instanceof NoServer && NEVER_ARRIVED.includes(error.code))
      const isLeft = error instanceof Rebuilding ? Date.now() - since < REBUILD_MS : tries < REQUEST_TRIES
      if (deployment.signal?.aborted || !isLeft) throw dryRun ? error : gone(deployment, error, mayHaveArrived)
      if (tries === 1)
        terminal.warn(`${deployment.url} does not answer just now. Asking again; nothing is sent twice …`)
      await sleep(RETRY_AFTER_MS * Math.min(tries, REQUEST_TRIES))
    }
  }
}

/** The error of a server that went away before it answered. It says whether anything was sent. */
function gone({ url }: Deployment, error: unknown, mayHaveArrived: boolean): Error {
  const code = codeOf(error) || (error instanceof Error ? error.message : String(error))
  return new NoServer(
    url,
    code,
    mayHaveArrived
      ? `${url} did not answer (${code}): nobody knows yet whether the sending has begun. When it answers again, look: ` +
          'npm run tocsin -- list. Repeating the command is safe: nobody gets this e-mail twice.'
      : `${url} is gone (${code}). Nothing was sent: the request never arrived. Repeat the command when it answers again.`,
  )
}
