import { setTimeout as sleep } from 'node:timers/promises'
import { organiser } from '../local/organiser.ts'
import { randomFrom, seedFor } from '../local/random.ts'
import { asCurl, faultsOf } from './judge.ts'
import { type FuzzRequest, fuzzRequest, type Known } from './requests.ts'
import { send } from './send.ts'

/** Requests at the same time. */
const AT_ONCE = 8
/** Most faults that are reported in full. */
const REPORTED = 20
const DAY_MS = 86_400_000
/** Milliseconds that the Worker may still write to its log after the last answer. */
const LOG_MS = 500

export type FuzzReport = { requests: number; statuses: Record<string, number>; faults: string[] }

type FuzzTarget = {
  url: string
  token: string
  /** Lines that the Worker logged since the last call. */
  logged(): string[]
}

/** Sends seeded requests until `goesOn` says no, and judges each answer and the log. The same seed sends the same requests. */
export async function fuzz(target: FuzzTarget, seed: number, goesOn: (sent: number) => boolean): Promise<FuzzReport> {
  const known = await knownIn(target)
  const statuses: Record<string, number> = {}
  const faults: string[] = []
  let sent = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (goesOn(sent)) {
        const n = sent++
        const request = fuzzRequest(randomFrom(seedFor(seed, String(n))), known)
        const answer = await send(target.url, request)
        const status = 'lost' in answer ? 'lost' : String(answer.status)
        statuses[status] = (statuses[status] ?? 0) + 1
        report(faults, target, request, faultsOf(request, answer))
      }
    }),
  )
  await sleep(LOG_MS)
  for (const line of target.logged().filter(isUnexpected)) faults.push(`the log has: ${line.slice(0, 300)}`)
  return { requests: sent, statuses, faults }
}

function report(faults: string[], { url }: FuzzTarget, request: FuzzRequest, found: readonly string[]): void {
  if (found.length > 0 && faults.length < REPORTED) faults.push(`${found.join(', ')}:\n  ${asCurl(url, request)}`)
}

/** Whether a line of the log tells of an error that no code expected. */
const isUnexpected = (line: string): boolean =>
  /request failed|uncaught|unhandled|TypeError|RangeError|SyntaxError/i.test(line)

/** Slugs and ids that exist, tokens of the API, and links that are none. */
async function knownIn({ url, token }: FuzzTarget): Promise<Known> {
  const api = organiser(url, token)
  const { revision } = await api.campaign('river-street-bakery')
  const request = {
    campaign: 'river-street-bakery',
    revision,
    email: 'appeal',
    sendAt: new Date(Date.now() + DAY_MS).toISOString(),
  }
  const { status, json } = await api.dispatch(request, crypto.randomUUID())
  if (status !== 201) throw new Error(`no dispatch to refer to: ${status} ${JSON.stringify(json)}`)
  return {
    tokens: [token],
    slugs: ['river-street-bakery', 'kas-kor', 'no-such-campaign'],
    ids: [json.id, crypto.randomUUID(), revision],
    links: ['token', 'A'.repeat(200), '-'.repeat(64), `${'B'.repeat(1_001)}`, 'BGtpZDHd_x9AA0aZz'],
  }
}
