import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What a later version of the code does not need: the rate limiter's counts, the cache, and mails that were captured. */
const LEFT_OUT = ['cache', 'ratelimit', join('do', 'tocsin-Outbox')]

/** Makes a state folder small: one file for each database, without a write-ahead log or free pages. */
export function compactState(folder: string): void {
  for (const name of LEFT_OUT) rmSync(join(folder, name), { recursive: true, force: true })
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.sqlite')) continue
    const database = new DatabaseSync(join(folder, name))
    database.exec('PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
    for (const suffix of ['-wal', '-shm']) rmSync(join(folder, `${name}${suffix}`), { force: true })
  }
}
