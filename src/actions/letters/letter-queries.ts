import { type BatchHeader, hasAccepted } from '../../delivery/batch.ts'
import type { Ledger } from '../../delivery/ledger.ts'
import type { LetterRows } from './letter-rows.ts'

/**
 * Whether a writer still has a letter to a target without an end: waiting, attempted or uncertain. With `atLast` an uncertain letter
 * counts as ended, because no organiser has decided about it in time.
 */
export function hasOpenLetter(rows: LetterRows, ledger: Ledger, writer: string, atLast: boolean): boolean {
  return rows.placesToTargets(writer).some(({ batch, position }) => {
    if (batch === 0) return true
    if (ledger.openState(batch) === undefined) return false
    const status = ledger.head(batch)?.statuses.at(position)
    return status === 'waiting' || (status === 'uncertain' && !atLast)
  })
}

/** The batch of the last mail to an address that a server accepted. `recipient` is the address's fingerprint. */
export function lastAccepted(
  rows: LetterRows,
  ledger: Ledger,
  addressee: string,
  recipient: string,
): BatchHeader | undefined {
  const accepted = rows
    .batchesTo(addressee, recipient)
    .flatMap((batch) => ledger.head(batch) ?? [])
    .filter(hasAccepted)
  return accepted.sort((a, b) => b.firstAttemptAt - a.firstAttemptAt)[0]
}
