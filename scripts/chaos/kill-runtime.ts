import { setTimeout as sleep } from 'node:timers/promises'
import type { Server } from '../local/server.ts'

/** Longest time to the first kill in milliseconds, so that it falls into the start and the first steps. */
const FIRST_LIFE_MS = 2_000
/** Milliseconds in which a restarted runtime must make a call, unless all is done. A killed probe holds an account for two minutes. */
const CALL_WITHIN_MS = 180_000
/** Milliseconds without a call after which `isOver` is checked. */
const SILENT_MS = 3_000

type Killing = {
  server: Server
  sink: { calls: readonly unknown[] }
  kills: number
  random: () => number
  lifeMs: number // longest time from the first call after a restart to the next kill
  taken(): number // mails that the sink has accepted so far
  isOver(): Promise<boolean>
}

/** Kills workerd `kills` times at random moments, or until `isOver`. Returns the number of accepted mails at each kill. */
export async function killAgainAndAgain(killing: Killing): Promise<number[]> {
  const { server, kills, random, lifeMs, taken } = killing
  const mailsAtDeath: number[] = []
  for (let death = 0; death < kills; death++) {
    // The first kill falls into the start, every fourth into a restart, the others between or within calls.
    if (death % 4 !== 0 && !(await nextCall(killing))) break
    await sleep(random() * (death === 0 ? FIRST_LIFE_MS : lifeMs))
    mailsAtDeath.push(taken())
    await server.crash()
  }
  return mailsAtDeath
}

/** Waits for the next call to the sink; false if the work is over. @throws Error without a call within CALL_WITHIN_MS */
async function nextCall({ sink, isOver }: Killing): Promise<boolean> {
  const before = sink.calls.length
  const began = Date.now()
  for (let checkAt = began + SILENT_MS; sink.calls.length === before; await sleep(5)) {
    if (Date.now() < checkAt) continue
    if (await isOver().catch(() => false)) return false // the runtime may be restarting
    if (Date.now() > began + CALL_WITHIN_MS)
      throw new Error(`the restarted runtime made no call within ${CALL_WITHIN_MS} ms`)
    checkAt = Date.now() + SILENT_MS
  }
  return true
}
