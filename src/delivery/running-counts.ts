import * as z from 'zod'
import type { Database, StoredEntry } from '../storage/database.ts'
import type { BatchHeader } from './batch.ts'
import { groupCounts } from './counts.ts'

const perGroup = z.record(z.string(), groupCounts)
export type GroupCounts = z.infer<typeof perGroup>

/**
 * How a ledger with very many small batches saves rows: settled batches stay in the table, and the counts are stored with every change.
 * `closed` runs in the transaction after which no person of a batch waits: it is settled, or uncertain.
 */
export type RunningCounts = { counts: StoredEntry<GroupCounts>; closed(head: Pick<BatchHeader, 'id' | 'state'>): void }

/** The entry of the running counts. */
export const ledgerCounts = (db: Database): StoredEntry<GroupCounts> => db.entry('letter-counts', perGroup)
