import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from '../local/server.ts'

/** Milliseconds until the first death, at most: it falls into the start and the first steps. */
const FIRST_LIFE_MS = 2_000
/** Milliseconds within which a runtime that was started again has to send again, unless everything is done: a probe that died holds
 * an account for two minutes. */
const CALL_WITHIN_MS = 180_000
/** Milliseconds without a call after which one looks whether everything is done. */
const SILENT_MS = 3_000

export type Killing = {
  server: Server
  sink: { calls: readonly unknown[] }
  kills: number
  random: () => number
  lifeMs: number // lived at most once it has begun to send again, or after it has woken
  taken(): number // mails that the sink has by now
  isOver(): Promise<boolean>
}

/** Kills workerd at random moments until it is over. Answers the mails that had been taken at each death. */
export async function killAgainAndAgain(killing: Killing): Promise<number[]> {
  const { server, kills, random, lifeMs, taken } = killing
  const mailsAtDeath: number[] = []
  for (let death = 0; death < kills; death++) {
    // The first falls into the start and the first steps, every fourth into waking up, the others between or within calls.
    if (death % 4 !== 0 && !(await nextCall(killing))) break
    await sleep(random() * (death === 0 ? FIRST_LIFE_MS : lifeMs))
    mailsAtDeath.push(taken())
    await server.crash()
  }
  return mailsAtDeath
}

/** Waits for the next call; false when there will be none. */
async function nextCall({ sink, isOver }: Killing): Promise<boolean> {
  const before = sink.calls.length
  const began = Date.now()
  for (let lookAt = began + SILENT_MS; sink.calls.length === before; await sleep(5)) {
    if (Date.now() < lookAt) continue
    if (await isOver().catch(() => false)) return false // it may be waking up
    if (Date.now() > began + CALL_WITHIN_MS)
      throw new Error(`a runtime that was started again has sent nothing for ${CALL_WITHIN_MS} ms`)
    lookAt = Date.now() + SILENT_MS
  }
  return true
}
