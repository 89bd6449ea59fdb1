import { setTimeout as sleep } from 'node:timers/promises'
import type { Schemas } from '../../../src/cli/client.ts'
import { organiser } from '../../local/organiser.ts'
import { randomFrom, seedFor } from '../../local/random.ts'
import { RIG_TOKEN } from '../../local/test-deployment.ts'
import { type AnswerMs, randomFaults } from '../faults.ts'
import { killAgainAndAgain } from '../kill-runtime.ts'
import { resolveAll, until } from '../resolve-uncertain.ts'
import { type Plan, startRoundServer } from '../round.ts'
import { DESKS, FILES, SLUG } from './campaign.ts'
import { judge, type Verdict } from './judge.ts'
import { Mailroom } from './mailroom.ts'
import { letterProvider } from './providers.ts'
import { allWrite } from './writers.ts'

/** Longest life of a restarted runtime in milliseconds. Long enough for writers to make progress between two kills. */
const LIFE_MS = 2_500
/** Shorter than for dispatches, since each letter is one call. Most kills still happen while an answer is outstanding. */
const ANSWER_MS: AnswerMs = { least: 10, most: 60 }

export type LetterRound = {
  kills: number
  amid: number // kills between the first letter and the last
  calls: number // calls to the provider, for confirmations and receipts too
  faults: Record<string, number>
  verdict: Verdict // at the first time that no letter waits
  resolved: { sendAgain: number; countAsSent: number } // uncertain letters, by decision
  end: Verdict // after all decisions and receipts
  seconds: number
}

/** Whether `people` writers have confirmed and no letter waits. */
const isDelivered =
  (people: number) =>
  ({ numbers }: Schemas['CampaignActions']): boolean =>
    numbers.confirmed === people && numbers.waiting === 0

/** Waits until every writer has a receipt. @throws Error as `until` does */
const receiptsFor = (writers: readonly string[], mailroom: Mailroom): Promise<string[]> =>
  until(
    async () => writers.filter((writer) => !mailroom.receipts().has(writer)),
    (without) => without.length === 0,
  )

/**
 * One round of the chaos test of letters: `people` write to every desk while the runtime is killed. Ends when no letter waits or is
 * uncertain. Faults hit all mail: confirmations and receipts may come twice, letters may not.
 */
export async function playLetterRound({ target, people, kills, seed, state, bundle }: Plan): Promise<LetterRound> {
  const began = Date.now()
  const random = randomFrom(seedFor(seed, 'kills'))
  const { idempotent, answersEach, start, settings } = letterProvider(target)
  const sink = await start()
  const mailroom = new Mailroom(sink.take)
  const faults = randomFaults(randomFrom(seedFor(seed, 'faults')), answersEach, ANSWER_MS)
  sink.fault = faults.next
  const server = await startRoundServer(state, settings(sink.url), bundle)
  const stop = new AbortController()
  try {
    const api = organiser(server.url, RIG_TOKEN)
    await api.publish(SLUG, FILES)
    const report = () => api.letters(SLUG)
    const hasEnded = isDelivered(people)
    const [mailsAtKills, writers] = await Promise.all([
      killAgainAndAgain({
        server,
        sink,
        kills,
        random,
        lifeMs: LIFE_MS,
        taken: () => mailroom.look().letters.length,
        isOver: async () => hasEnded(await report()),
      }),
      allWrite({ site: server.url, people, mailroom, confirmTogether: idempotent, signal: stop.signal }),
    ])
    const judged = async () => {
      const ended = await until(report, hasEnded)
      return judge({ writers, desks: DESKS }, mailroom.look().letters, ended, idempotent)
    }
    const verdict = await judged()
    const calm = () => Object.assign(sink, { fault: () => null })
    const { resolved } = await resolveAll((decision) => api.resolveLetters(SLUG, decision), verdict, {
      judged,
      crash: async () => {
        await sleep(random() * LIFE_MS)
        await server.crash()
        mailsAtKills.push(0)
      },
      calm,
    })
    calm()
    await receiptsFor(writers, mailroom)
    return {
      kills: mailsAtKills.length,
      amid: mailsAtKills.filter((letters) => letters > 0 && letters < people * DESKS.length).length,
      calls: sink.calls.length,
      faults: faults.counted,
      verdict,
      resolved,
      end: await judged(), // after the receipts: no further letter was sent
      seconds: (Date.now() - began) / 1_000,
    }
  } finally {
    stop.abort()
    await server.stop()
    await sink.close()
  }
}
