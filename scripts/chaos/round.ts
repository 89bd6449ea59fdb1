import { setTimeout as sleep } from 'node:timers/promises'
import { numberOf } from '../local/crowd.ts'
import { organiser } from '../local/organiser.ts'
import { anyPort } from '../local/ports.ts'
import { randomFrom, seedFor } from '../local/random.ts'
import { type Server, startServer } from '../local/server.ts'
import { RIG_CAMPAIGN, RIG_EMAIL, RIG_SETTINGS, RIG_TOKEN } from '../local/test-deployment.ts'
import { type AnswerMs, randomFaults } from './faults.ts'
import { judge, truthOf, type Verdict } from './judge.ts'
import { killAgainAndAgain } from './kill-runtime.ts'
import { resolveAll, until } from './resolve-uncertain.ts'
import { type Sink, TARGETS, type TargetName } from './targets.ts'

/** Longest life of a restarted runtime in milliseconds, from its first call. */
const LIFE_MS = 600
const ANSWER_MS: AnswerMs = { least: 50, most: 500 }

/** Parameters of one round. `state`: the folder of the server's state; `bundle`: another Worker than dist/worker.js. */
export type Plan = { target: TargetName; people: number; kills: number; seed: number; state: string; bundle?: string }

export type Round = {
  kills: number
  amid: number // kills between the first mail and the last
  calls: number // calls to the provider
  faults: Record<string, number>
  verdict: Verdict // when the dispatch first finished
  resolved: { sendAgain: number; countAsSent: number } // uncertain batches, by decision
  end: Verdict // after all decisions
  seconds: number
}

/** Starts the server of a round. `settings`: the transport's. */
export async function startRoundServer(
  state: string,
  settings: Record<string, string>,
  bundle: string | undefined,
): Promise<Server> {
  return startServer({
    port: await anyPort(),
    state,
    settings: { ...RIG_SETTINGS, ...settings },
    quiet: true,
    ...(bundle !== undefined && { bundle }),
  })
}

/** One round of the chaos test of dispatches: a dispatch while the runtime is killed, until no batch is uncertain. */
export async function playRound({ target, people, kills, seed, state, bundle }: Plan): Promise<Round> {
  const began = Date.now()
  const random = randomFrom(seedFor(seed, 'kills'))
  const { idempotent, answersEach, start, settings } = TARGETS[target]
  const sink: Sink = await start()
  const faults = randomFaults(randomFrom(seedFor(seed, 'faults')), answersEach, ANSWER_MS)
  sink.fault = faults.next
  const server = await startRoundServer(state, settings(sink.url), bundle)
  try {
    const api = organiser(server.url, RIG_TOKEN)
    const { revision } = await api.campaign(RIG_CAMPAIGN)
    const requested = await api.dispatch({ campaign: RIG_CAMPAIGN, revision, email: RIG_EMAIL }, `chaos-${seed}`)
    const { id } = requested.json
    const details = () => api.dispatchDetails(id)
    const mailsAtKills = await killAgainAndAgain({
      server,
      sink,
      kills,
      random,
      lifeMs: LIFE_MS,
      taken: () => sink.calls.reduce((mails, { to }) => mails + (to?.length ?? 0), 0),
      isOver: async () => (await details()).state === 'finished',
    })
    const judged = async () => {
      const ended = await until(details, ({ state }) => state === 'finished')
      return { dispatch: ended, verdict: judge(truthOf(sink.calls, people, numberOf), ended, idempotent) }
    }
    const first = await judged()
    const crash = async () => {
      await sleep(random() * LIFE_MS)
      await server.crash()
      mailsAtKills.push(first.verdict.uncertain.batches)
    }
    const { resolved, end } = await resolveAll((decision) => api.resolve(id, decision), first.verdict, {
      judged: async () => (await judged()).verdict,
      crash: random() < 0.5 ? crash : null,
      calm: () => {
        sink.fault = () => null
      },
    })
    return {
      kills: mailsAtKills.length,
      amid: mailsAtKills.filter((mails) => mails > 0 && mails < people).length,
      calls: sink.calls.length,
      faults: faults.counted,
      verdict: first.verdict,
      resolved,
      end,
      seconds: (Date.now() - began) / 1_000,
    }
  } finally {
    await server.stop()
    await sink.close()
  }
}
