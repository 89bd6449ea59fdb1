import { type BatchHeader, hasAccepted } from '../../delivery/batch.ts'
import type { Ledger } from '../../delivery/ledger.ts'
import type { LetterRows, MailPlace } from './letter-rows.ts'

/**
 * Which of the given writers still have a letter to a target without an end: waiting, attempted or uncertain. With `atLast` an uncertain
 * letter counts as ended, because no organiser has decided about it in time.
 */
export function openAmong(rows: LetterRows, ledger: Ledger, writers: readonly string[], atLast: boolean): Set<string> {
  const isOpen = ({ batch, position }: MailPlace) => {
    const status = batch === 0 ? 'waiting' : ledger.head(batch)?.statuses.at(position)
    return status === 'waiting' || (status === 'uncertain' && !atLast)
  }
  const open = rows.placesToTargets(writers).filter(({ places }) => places.some(isOpen))
  return new Set(open.map(({ writer }) => writer))
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

/** Ids of settled batches that still have a digest entry. */
export const settledWithEntries = (rows: LetterRows, ledger: Ledger): number[] =>
  rows.batchesWithEntries().filter((batch) => ledger.head(batch)?.state === 'settled')
