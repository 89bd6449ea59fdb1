import type { Addressee } from './addressees.ts'
import type { LetterTables } from './letter-tables.ts'
import { hasMissed, isShut } from './turn.ts'

/** Mails that get a new turn at once, so that the work of one alarm has a limit. */
const TURNS_AT_ONCE = 200

/**
 * Gives a new turn to mails whose turn has passed, or has come outside office hours. Without it, all delayed mails would leave at once
 * after a stop. `now` in epoch ms. Returns false when more mails need a new turn: nothing may be sent before.
 */
export function rescheduleMissed(
  tables: LetterTables,
  addressees: ReadonlyMap<string, Addressee>,
  now: number,
  random: () => number,
): boolean {
  const { db, ledger, schedule, rows } = tables
  const shut = new Set([...addressees.values()].filter(({ zone }) => isShut(zone, now)).map(({ key }) => key))
  const late = [...ledger.due()].filter(
    ({ state, dueAt, group }) => state === 'waiting' && hasMissed(dueAt, shut.has(group), now),
  )
  if (late.length === 0) return true
  db.transaction(() => {
    for (const head of late.sort((a, b) => a.dueAt - b.dueAt).slice(0, TURNS_AT_ONCE)) {
      const dueAt = schedule.reserveTurn(addressees.get(head.group) ?? { key: head.group }, now, random)
      ledger.save({ ...head, dueAt })
      rows.redate(head.id, dueAt)
    }
  })
  return late.length <= TURNS_AT_ONCE
}
