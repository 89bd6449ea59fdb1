import { setTimeout as sleep } from 'node:timers/promises'
import { organiser } from '../../local/organiser.ts'
import { anyPort } from '../../local/ports.ts'
import { randomFrom, seedFor } from '../../local/random.ts'
import { startServer } from '../../local/server.ts'
import { RIG_SETTINGS, RIG_TOKEN } from '../../local/test-deployment.ts'
import { type AnswerMs, misfortune } from '../faults.ts'
import { killAgainAndAgain } from '../kill-log.ts'
import { resolveAll, until } from '../organise.ts'
import type { Plan } from '../round.ts'
import { DESKS, FILES, SLUG } from './campaign.ts'
import { judge, type Verdict } from './judge.ts'
import { Mailroom } from './mailroom.ts'
import { letterProvider } from './providers.ts'
import { allWrite } from './writers.ts'

/** Milliseconds a runtime lives at most once it has begun to send again: people need some time to get on between two deaths. */
const LIFE_MS = 2_500
/** A letter is a call: shorter than with a hundred mails in each, and most deaths still fall while an answer is awaited. */
const ANSWER_MS: AnswerMs = { least: 10, most: 60 }

export type LetterRound = {
  kills: number
  amid: number // of them, those that fell after the first letter and before the last
  calls: number // confirmations and receipts included
  faults: Record<string, number>
  verdict: Verdict // when it first came to its end
  resolved: { sendAgain: number; countAsSent: number } // letters, by what a person who has seen the truth decides
  end: Verdict // when nothing was uncertain any more, and everybody had their receipt
  seconds: number
}

/**
 * Everybody writes to every desk, by a runtime that is killed again and again, until every letter has come to its end and every
 * uncertain one is decided. Faults meet all mail: confirmations and receipts may come twice, letters may not.
 */
export async function playLetterRound({ target, people, kills, seed, state, bundle }: Plan): Promise<LetterRound> {
  const began = Date.now()
  const random = randomFrom(seedFor(seed, 'kills'))
  const { idempotent, answersEach, start, settings } = letterProvider(target)
  const sink = await start()
  const mailroom = new Mailroom(sink.take)
  const bad = misfortune(randomFrom(seedFor(seed, 'faults')), answersEach, ANSWER_MS)
  sink.fault = bad.next
  const server = await startServer({
    port: await anyPort(),
    state,
    settings: { ...RIG_SETTINGS, ...settings(sink.url) },
    quiet: true,
    ...(bundle !== undefined && { bundle }),
  })
  const stop = new AbortController()
  try {
    const anna = organiser(server.url, RIG_TOKEN)
    await anna.publish(SLUG, FILES)
    const look = () => anna.letters(SLUG)
    const hasEnded = ({ numbers }: Awaited<ReturnType<typeof look>>) =>
      numbers.confirmed === people && numbers.waiting === 0
    const [deaths, writers] = await Promise.all([
      killAgainAndAgain({
        server,
        sink,
        kills,
        random,
        lifeMs: LIFE_MS,
        taken: () => mailroom.look().letters.length,
        isOver: async () => hasEnded(await look()),
      }),
      allWrite({
        site: server.url,
        people,
        mailroom,
        confirmTogether: idempotent,
        signal: stop.signal,
      }),
    ])
    const judged = async () => {
      const ended = await until(look, hasEnded)
      return judge({ writers, desks: DESKS }, mailroom.look().letters, ended, idempotent)
    }
    const verdict = await judged()
    const calm = () => {
      sink.fault = () => null
    }
    const { resolved } = await resolveAll(
      (letters, decision) => anna.resolveLetters(SLUG, letters, decision),
      verdict,
      {
        judged,
        crash: async () => {
          await sleep(random() * LIFE_MS)
          await server.crash()
          deaths.push(0)
        },
        calm,
      },
    )
    calm()
    await until(
      async () => writers.filter((writer) => !mailroom.receipts().has(writer)),
      (without) => without.length === 0,
    )
    return {
      kills: deaths.length,
      amid: deaths.filter((letters) => letters > 0 && letters < people * DESKS.length).length,
      calls: sink.calls.length,
      faults: bad.counted,
      verdict,
      resolved,
      end: await judged(), // and nothing more has come
      seconds: (Date.now() - began) / 1_000,
    }
  } finally {
    stop.abort()
    await server.stop()
    await sink.close()
  }
}
