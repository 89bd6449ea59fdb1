import type { Fault } from '../sinks/faults.ts'

/** How often a call meets what, at a usual time; a round has up to twice as much or as little of it. */
const USUAL: ReadonlyArray<[share: number, fault: Fault]> = [
  [0.05, { kind: 'cut-after' }],
  [0.03, { kind: 'cut-before' }],
  [0.03, { kind: 'status', status: 500, body: { name: 'internal_server_error', message: 'oops' } }],
  [0.03, { kind: 'status-after', status: 500, body: { name: 'internal_server_error', message: 'oops' } }],
  [0.04, { kind: 'status', status: 429, body: { name: 'rate_limit_exceeded', message: 'slowly' } }],
  [0.02, { kind: 'nonsense-after' }],
  [0.02, { kind: 'half-after' }],
]
/** Milliseconds a call takes to be answered once its mails were taken, so that most deaths fall while an answer is awaited. */
export type AnswerMs = { least: number; most: number }

/**
 * What goes wrong with the calls of one round, drawn call by call; `counted` says how often what has. Only who answers for each mail can
 * answer for half of them.
 */
export function misfortune(
  random: () => number,
  answersEach: boolean,
  answerMs: AnswerMs,
): { next: () => Fault; counted: Record<string, number> } {
  const severity = 2 ** (random() * 2 - 1)
  const counted: Record<string, number> = {}
  const draw = (): Fault => {
    let luck = random() / severity
    for (const [share, fault] of USUAL) {
      luck -= share
      if (luck < 0 && (answersEach || fault.kind !== 'half-after')) return fault
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
