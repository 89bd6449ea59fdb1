import { type BatchHeader, hasAccepted } from '../../delivery/batch.ts'
import type { Ledger } from '../../delivery/ledger.ts'
import type { LetterRows } from './letter-rows.ts'

/** What is asked of letters and of the mails that carry them together. */

/**
 * Those of the given writers of whose letters to targets one has not come to an end. `atLast`: one of which nobody can tell has come to
 * its end, too.
 */
export function openAmong(rows: LetterRows, ledger: Ledger, writers: readonly string[], atLast: boolean): Set<string> {
  const isOpen = (batch: number) => {
    const state = batch === 0 ? 'waiting' : (ledger.head(batch)?.state ?? 'settled')
    return state !== 'settled' && !(atLast && state === 'uncertain')
  }
  const open = rows.batchesToTargets(writers).filter(({ batches }) => batches.some(isOpen))
  return new Set(open.map(({ writer }) => writer))
}

/** The last mail to an address of an addressee that a server has accepted. */
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

/** Mails that have come to their end, and of which words are still kept. */
export const settledWithEntries = (rows: LetterRows, ledger: Ledger): number[] =>
  rows.batchesWithEntries().filter((batch) => ledger.head(batch)?.state === 'settled')
