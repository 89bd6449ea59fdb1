import type { TargetWish } from '../../campaigns/counters.ts'
import { bodyHashOf } from '../../delivery/batch.ts'
import { defined } from '../../kit/defined.ts'
import type { LetterTables } from './letter-tables.ts'

/** A mail of which it is not known whether the provider took it. An organiser decides about it. */
type UncertainMail = {
  id: number
  generation: number
  target: string // key of the addressee
  people: number // whose letters it is not known about
  reason: string
  attemptedAt: number // epoch ms
  bodyHash: string // SHA-256 of the call's body, hex: finds the call in the provider's log
}

/** Why nothing more goes to a target, for organisers. */
const LEFT_OFFICE = 'the reader says that they hold this office no longer'

/** The state of a campaign's letters, as organisers see it. */
export type DeliveryReport = {
  stopped: Array<{ target: string; reason: string }>
  wishes: Array<{ target: string; wish: TargetWish; at: string }> // what readers at targets have asked for
  waitingFor?: string // what a person must put right before anything more is sent
  uncertain: UncertainMail[]
}

export function deliveryReportOf(tables: LetterTables, waitingFor: string | undefined): DeliveryReport {
  const left = tables.wishes.left().map((target) => ({ target, reason: LEFT_OFFICE }))
  return {
    stopped: [...tables.schedule.stopped(), ...left],
    wishes: tables.wishes.list().map(({ at, ...wish }) => ({ ...wish, at: new Date(at).toISOString() })),
    ...defined({ waitingFor }),
    uncertain: [...tables.ledger.uncertain()].map((head) => ({
      id: head.id,
      generation: head.generation,
      target: head.group,
      people: head.statuses.count('uncertain'),
      reason: head.reason,
      attemptedAt: head.firstAttemptAt,
      bodyHash: bodyHashOf(head),
    })),
  }
}
