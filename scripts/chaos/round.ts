import { setTimeout as sleep } from 'node:timers/promises'
import { numberOf } from '../local/crowd.ts'
import { organiser } from '../local/organiser.ts'
import { anyPort } from '../local/ports.ts'
import { randomFrom, seedFor } from '../local/random.ts'
import { startServer } from '../local/server.ts'
import { RIG_CAMPAIGN, RIG_EMAIL, RIG_SETTINGS, RIG_TOKEN } from '../local/test-deployment.ts'
import { type AnswerMs, misfortune } from './faults.ts'
import { judge, truthOf, type Verdict } from './judge.ts'
import { killAgainAndAgain } from './kill-log.ts'
import { resolveAll, until } from './organise.ts'
import { type Sink, TARGETS, type TargetName } from './targets.ts'

/** Milliseconds a runtime lives at most once it has begun to send again, or after it has woken. */
const LIFE_MS = 600
const ANSWER_MS: AnswerMs = { least: 50, most: 500 }

export type Plan = { target: TargetName; people: number; kills: number; seed: number; state: string; bundle?: string }

export type Round = {
  kills: number
  amid: number // of them, those that fell after the first mail and before the last
  calls: number
  faults: Record<string, number>
  verdict: Verdict // when it first came to its end
  resolved: { sendAgain: number; countAsSent: number } // batches, by what a person who has seen the truth decides
  end: Verdict // when nothing was uncertain any more
  seconds: number
}

/** One dispatch, killed again and again, until it has come to its end and every uncertain batch is decided. */
export async function playRound({ target, people, kills, seed, state, bundle }: Plan): Promise<Round> {
  const began = Date.now()
  const random = randomFrom(seedFor(seed, 'kills'))
  const { idempotent, answersEach, start, settings } = TARGETS[target]
  const sink: Sink = await start()
  const bad = misfortune(randomFrom(seedFor(seed, 'faults')), answersEach, ANSWER_MS)
  sink.fault = bad.next
  const server = await startServer({
    port: await anyPort(),
    state,
    settings: { ...RIG_SETTINGS, ...settings(sink.url) },
    quiet: true,
    ...(bundle !== undefined && { bundle }),
  })
  try {
    const anna = organiser(server.url, RIG_TOKEN)
    const { revision } = await anna.campaign(RIG_CAMPAIGN)
    const asked = await anna.dispatch({ campaign: RIG_CAMPAIGN, revision, email: RIG_EMAIL }, `chaos-${seed}`)
    const { id } = asked.json
    const look = () => anna.dispatchDetails(id)
    const deaths = await killAgainAndAgain({
      server,
      sink,
      kills,
      random,
      lifeMs: LIFE_MS,
      taken: () => sink.calls.reduce((mails, { to }) => mails + (to?.length ?? 0), 0),
      isOver: async () => (await look()).state === 'finished',
    })
    const judged = async () => {
      const ended = await until(look, ({ state }) => state === 'finished')
      return { dispatch: ended, verdict: judge(truthOf(sink.calls, people, numberOf), ended, idempotent) }
    }
    const first = await judged()
    const crash = async () => {
      await sleep(random() * LIFE_MS)
      await server.crash()
      deaths.push(first.verdict.uncertain.batches)
    }
    const { resolved, end } = await resolveAll(
      (batches, decision) => anna.resolve(id, batches, decision),
      first.verdict,
      {
        judged: async () => (await judged()).verdict,
        crash: random() < 0.5 ? crash : null,
        calm: () => {
          sink.fault = () => null
        },
      },
    )
    return {
      kills: deaths.length,
      amid: deaths.filter((mails) => mails > 0 && mails < people).length,
      calls: sink.calls.length,
      faults: bad.counted,
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
