import { setTimeout as sleep } from 'node:timers/promises'
import { numberOf } from '../crowd.ts'
import { organiser } from '../organiser.ts'
import { anyPort } from '../ports.ts'
import { randomFrom, seedFor } from '../random.ts'
import { RIG_CAMPAIGN, RIG_EMAIL, RIG_SETTINGS, RIG_TOKEN } from '../rig.ts'
import { type Server, startServer } from '../server.ts'
import { misfortune } from './faults.ts'
import { judge, truthOf, type Verdict } from './judge.ts'
import { resolveAll, until } from './organise.ts'
import { type Sink, TARGETS, type TargetName } from './targets.ts'

/** Milliseconds a runtime lives at most once it has begun to send again, or after it has woken. */
const LIFE_MS = 600
/** Milliseconds until the first death, at most: it falls into the start, the planning or the first calls. */
const FIRST_LIFE_MS = 2_000
/** Milliseconds within which a runtime that was started again has to send again, unless everything is done: a probe that died holds
 * an account for two minutes. */
const CALL_WITHIN_MS = 180_000
/** Milliseconds without a call after which one looks whether everything is done. */
const SILENT_MS = 3_000

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
  const bad = misfortune(randomFrom(seedFor(seed, 'faults')), answersEach)
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
    const { id } = asked.body
    const isOver = async () => (await anna.told(id)).state === 'finished'
    const deaths = await killAgainAndAgain(server, sink, kills, random, isOver)
    const judged = async () => {
      const told = await until(anna, id)
      return { told, verdict: judge(truthOf(sink.calls, people, numberOf), told, idempotent) }
    }
    const first = await judged()
    const crash = async () => {
      await sleep(random() * LIFE_MS)
      await server.crash()
      deaths.push(first.verdict.uncertain.batches)
    }
    const { resolved, end } = await resolveAll(anna, id, first.verdict, {
      judged: async () => (await judged()).verdict,
      crash: random() < 0.5 ? crash : null,
      calm: () => {
        sink.fault = () => null
      },
    })
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

/** Answers the mails that had been taken at each death. */
async function killAgainAndAgain(
  server: Server,
  sink: Sink,
  kills: number,
  random: () => number,
  isOver: () => Promise<boolean>,
): Promise<number[]> {
  const mailsAtDeath: number[] = []
  for (let death = 0; death < kills; death++) {
    // The first falls into the start and the planning, every fourth into waking up, the others between or within calls.
    if (death % 4 !== 0 && !(await nextCall(sink, isOver))) break
    await sleep(random() * (death === 0 ? FIRST_LIFE_MS : LIFE_MS))
    mailsAtDeath.push(sink.calls.reduce((mails, { to }) => mails + (to?.length ?? 0), 0))
    await server.crash()
  }
  return mailsAtDeath
}

/** Waits for the next call; false when there will be none. */
async function nextCall(sink: Sink, isOver: () => Promise<boolean>): Promise<boolean> {
  const before = sink.calls.length
  const began = Date.now()
  for (let lookAt = began + SILENT_MS; sink.calls.length === before; await sleep(5)) {
    if (Date.now() < lookAt) continue
    if (await isOver()) return false
    if (Date.now() > began + CALL_WITHIN_MS)
      throw new Error(`a runtime that was started again has sent nothing for ${CALL_WITHIN_MS} ms`)
    lookAt = Date.now() + SILENT_MS
  }
  return true
}
