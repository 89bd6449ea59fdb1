import type { Addressee } from './addressees.ts'
import type { LetterTables } from './letter-tables.ts'
import { hasMissed, isShut } from './turn.ts'

/**
 * Gives a new turn to mails whose turn has passed, or has come outside office hours. Without it, all delayed mails would leave at once
 * after a stop. `now` in epoch ms.
 */
export function rescheduleMissed(
  tables: LetterTables,
  addressees: ReadonlyMap<string, Addressee>,
  now: number,
  random: () => number,
): void {
  const { db, ledger, schedule, rows } = tables
  const shut = new Set([...addressees.values()].filter(({ zone }) => isShut(zone, now)).map(({ key }) => key))
  const late = [...ledger.due()].filter(
    ({ state, dueAt, group }) => state === 'waiting' && hasMissed(dueAt, shut.has(group), now),
  )
  if (late.length === 0) return
  db.transaction(() => {
    for (const head of late.sort((a, b) => a.dueAt - b.dueAt)) {
      const dueAt = schedule.reserveTurn(addressees.get(head.group) ?? { key: head.group }, now, random)
      ledger.save({ ...head, dueAt })
      rows.redate(head.id, dueAt)
    }
  })
}
