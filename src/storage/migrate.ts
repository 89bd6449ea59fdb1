import * as z from 'zod'
import { errorMessage } from '../kit/result.ts'

/** What a step may change: the object's tables and its key-value entries. */
type Storage = Pick<DurableObjectStorage, 'sql' | 'kv' | 'transactionSync'>

/**
 * One change of what a class of Durable Objects stores. A step that was deployed stays as it is: whatever changes later is another step.
 * Steps run in the order of their list, and nothing is put in front of one that was deployed.
 */
export type MigrationStep = { name: string; run(storage: Pick<Storage, 'sql' | 'kv'>): void }

/** Of the object's key-value storage: how many steps it has had. Durable Objects may not use SQLite's own `user_version`. */
const VERSION_KEY = 'schema-version'
const stored = z.int().positive().optional()

/** How many steps an object has had: 0 for one that has stored nothing. Reads one row and writes none. */
export function versionOf({ kv }: Pick<Storage, 'kv'>): number {
  const version = stored.safeParse(kv.get(VERSION_KEY))
  if (!version.success) throw new Error(`stored data: the key ${VERSION_KEY} holds no number of steps`)
  return version.data ?? 0
}

/**
 * Runs the steps that this object has not had, each in one transaction with its number. Up to date, it reads one row.
 * @throws Error when the object was written by newer code, and when a step fails: it then has changed nothing.
 */
export function migrate(storage: Storage, steps: readonly MigrationStep[]): void {
  const version = versionOf(storage)
  if (version > steps.length)
    throw new Error(
      `stored data: schema version ${version} is newer than this code, which knows ${steps.length}: deploy newer code`,
    )
  for (const [i, step] of steps.entries()) {
    if (i < version) continue
    try {
      storage.transactionSync(() => {
        step.run(storage)
        storage.kv.put(VERSION_KEY, i + 1)
      })
    } catch (cause) {
      const detail = errorMessage(cause)
      throw new Error(`stored data: step ${i + 1} (${step.name}) failed: ${detail}`, { cause })
    }
  }
}
