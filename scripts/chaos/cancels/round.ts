import { setTimeout as sleep } from 'node:timers/promises'
import { numberOf } from '../../local/crowd.ts'
import { organiser } from '../../local/organiser.ts'
import { randomFrom, seedFor } from '../../local/random.ts'
import { RIG_CAMPAIGN, RIG_TOKEN } from '../../local/test-deployment.ts'
import type { Fault } from '../../sinks/faults.ts'
import { type AnswerMs, randomFaults } from '../faults.ts'
import { truthOf } from '../judge.ts'
import { killAgainAndAgain } from '../kill-runtime.ts'
import { type Plan, startRoundServer } from '../round.ts'
import { type Sink, TARGETS } from '../targets.ts'
import { Appeal } from './appeal.ts'
import { type CancelVerdict, judgeAppeal } from './judge.ts'

const LIFE_MS = 600
const ANSWER_MS: AnswerMs = { least: 50, most: 500 }
/** Dispatches that are cancelled in each round, and the longest time until then in milliseconds. */
const CANCELS = 4
const CANCEL_WITHIN_MS = 900
/** Share of calls that are refused for now only after a while, so that cancels and plans come before the answer. */
const LATE_REFUSALS = 0.25
const LATE_MS = 1_500
/** Passes of decisions with a faulty provider. Later passes have no faults, so that the round ends. */
const FAULTY_PASSES = 2
const MAX_PASSES = 8

export type CancelRound = {
  kills: number
  amid: number // kills between the first mail and the last
  calls: number
  faults: Record<string, number>
  dispatches: number
  cancels: number
  verdict: CancelVerdict // when all dispatches were first over
  resolved: { countAsSent: number; countAsNotSent: number }
  end: CancelVerdict // after all decisions
  seconds: number
}

/** One round: an appeal that is cancelled again and again and sent again, while the runtime is killed, until nothing is uncertain. */
export async function playCancelRound({ target, people, kills, seed, state, bundle }: Plan): Promise<CancelRound> {
  const began = Date.now()
  const random = randomFrom(seedFor(seed, 'cancels'))
  const { answersEach, start, settings } = TARGETS[target]
  const sink: Sink = await start()
  const faults = randomFaults(randomFrom(seedFor(seed, 'faults')), answersEach, ANSWER_MS)
  sink.fault = () => (random() < LATE_REFUSALS ? lateRefusal(random) : faults.next())
  const server = await startRoundServer(state, settings(sink.url), bundle)
  try {
    const api = organiser(server.url, RIG_TOKEN)
    const { revision } = await api.campaign(RIG_CAMPAIGN)
    const appeal = new Appeal(api, revision, `cancels-${seed}`)
    const taken = () => sink.calls.reduce((mails, { to }) => mails + (to?.length ?? 0), 0)
    const killing = { server, sink, random, lifeMs: LIFE_MS, taken }
    const mailsAtKills: number[] = []
    const crashPerhaps = async () => {
      if (random() < 0.5) return
      mailsAtKills.push(taken())
      await server.crash()
    }

    let cancels = 0
    let last = await appeal.send()
    for (; cancels < CANCELS; last = await appeal.send()) {
      await sleep(random() * CANCEL_WITHIN_MS)
      await crashPerhaps()
      await sleep(random() * CANCEL_WITHIN_MS)
      if (!(await appeal.cancel(last))) break
      cancels++
      await crashPerhaps()
    }
    const isOver = () => appeal.isFinished(last)
    mailsAtKills.push(...(await killAgainAndAgain({ ...killing, kills: Math.ceil(kills / 2), isOver })))

    const judged = async () => {
      const ended = await appeal.ended()
      return judgeAppeal(truthOf(sink.calls, people, numberOf), ended)
    }
    const verdict = await judged()
    const resolved = { countAsSent: 0, countAsNotSent: 0 }
    let end = verdict
    for (let pass = 0; end.sent.length + end.unsent.length > 0; pass++) {
      if (pass === MAX_PASSES) throw new Error(`batches are still uncertain after ${MAX_PASSES} passes of decisions`)
      if (pass === FAULTY_PASSES) sink.fault = () => null
      for (const batch of end.sent) if (await appeal.resolve(batch.dispatch, batch, true)) resolved.countAsSent++
      for (const batch of end.unsent) if (await appeal.resolve(batch.dispatch, batch, false)) resolved.countAsNotSent++
      await appeal.send()
      if (pass === 0) await crashPerhaps()
      end = await judged()
    }
    return {
      kills: mailsAtKills.length,
      amid: mailsAtKills.filter((mails) => mails > 0 && mails < people).length,
      calls: sink.calls.length,
      faults: faults.counted,
      dispatches: appeal.ids.length,
      cancels,
      verdict,
      resolved,
      end,
      seconds: (Date.now() - began) / 1_000,
    }
  } finally {
    await server.stop()
    await sink.close()
  }
}

const lateRefusal = (random: () => number): Fault => ({
  kind: 'status',
  status: 429,
  body: { name: 'rate_limit_exceeded', message: 'slowly' },
  afterMs: random() * LATE_MS,
})
