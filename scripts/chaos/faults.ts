import type { Fault } from '../sinks/faults.ts'

/** Mean share of calls that meet each fault. A round draws a factor from one half to two for all of them. */
const MEAN_SHARES: ReadonlyArray<[share: number, fault: Fault]> = [
  [0.05, { kind: 'cut-after' }],
  [0.03, { kind: 'cut-before' }],
  [0.03, { kind: 'status', status: 500, body: { name: 'internal_server_error', message: 'oops' } }],
  [0.03, { kind: 'status-after', status: 500, body: { name: 'internal_server_error', message: 'oops' } }],
  [0.04, { kind: 'status', status: 429, body: { name: 'rate_limit_exceeded', message: 'slowly' } }],
  [0.02, { kind: 'nonsense-after' }],
  [0.02, { kind: 'half-after' }],
]
/** Milliseconds from accepting the mails to the answer. Long enough that most kills happen while an answer is outstanding. */
export type AnswerMs = { least: number; most: number }

/**
 * Draws a fault, or a slow answer, for each call of one round. `counted`: the number of each fault drawn so far. `answersEach`: the
 * provider answers for each mail, so that `half-after` is possible.
 */
export function randomFaults(
  random: () => number,
  answersEach: boolean,
  answerMs: AnswerMs,
): { next: () => Fault; counted: Record<string, number> } {
  const severity = 2 ** (random() * 2 - 1)
  const counted: Record<string, number> = {}
  const draw = (): Fault => {
    let rest = random() / severity
    for (const [share, fault] of MEAN_SHARES) {
      rest -= share
      if (rest < 0 && (answersEach || fault.kind !== 'half-after')) return fault
    }
    return { kind: 'slow-after', milliseconds: answerMs.least + random() * (answerMs.most - answerMs.least) }
  }
  return {
    counted,
    next: () => {
      const fault = draw()
      const name = 'status' in fault ? `${fault.kind} ${fault.status}` : fault.kind
      if (fault.kind !== 'slow-after') counted[name] = (counted[name] ?? 0) + 1
      return fault
    },
  }
}
