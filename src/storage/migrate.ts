import * as z from 'zod'
import { errorMessage } from '../kit/result.ts'

/** The parts of an object's storage that a migration step may change. */
type Storage = Pick<DurableObjectStorage, 'sql' | 'kv' | 'transactionSync'>

/**
 * One change to the storage of a class of Durable Objects. Steps run in the order of their list. A deployed step never
 * changes: later changes are new steps, added at the end of the list.
 */
export type MigrationStep = { name: string; run(storage: StepStorage): void }
/** What a step reads and changes. */
export type StepStorage = Pick<Storage, 'sql' | 'kv'>

/** Key of the number of steps that an object has run. Durable Objects may not use SQLite's own `user_version`. */
const VERSION_KEY = 'schema-version'
const stored = z.int().positive().optional()

/** The number of steps that an object has run; 0 for an object without stored data. Reads one row and writes none. */
export function versionOf({ kv }: Pick<Storage, 'kv'>): number {
  const version = stored.safeParse(kv.get(VERSION_KEY))
  if (!version.success) throw new Error(`stored data: the key ${VERSION_KEY} is not a positive integer`)
  return version.data ?? 0
}

/**
 * Runs the steps that this object has not run yet, each in one transaction with its number. Reads one row when up to
 * date.
 * @throws Error when newer code wrote the object, or when a step fails; a failed step changes nothing.
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
