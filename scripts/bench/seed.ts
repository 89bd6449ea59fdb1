import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Settings } from '../../src/env.ts'
import { supporterStore } from '../../src/supporter-list/store.ts'
import { deploy } from './deployment.ts'
import { supporter } from './people.ts'

const MARK = 'bench/mark'
/** People sealed at a time. */
const CHUNK = 1_000

/**
 * A state folder with so many confirmed supporters, sealed by the real store. The local KV takes a thousand writes a second, so the
 * rows are written into its database while nothing runs; all share the one stored value that a record in metadata has.
 */
export async function seedState(people: number, settings: Settings): Promise<string> {
  const state = mkdtempSync(join(tmpdir(), `tocsin-bench-${people}-`))
  const { server } = await deploy({ state })
  const supporters = await server.miniflare.getKVNamespace('SUPPORTERS')
  await supporters.put(MARK, '.')
  await server.stop()
  const { database, blob } = openNamespace(join(state, 'kv', 'miniflare-KVNamespaceObject'))
  const insert = database.prepare('INSERT INTO _mf_entries (key, blob_id, metadata) VALUES (?, ?, ?)')
  const entries: Array<[key: string, metadata: string]> = []
  const collecting = {
    async put(key: string, _value: string, options?: { metadata?: unknown }) {
      if (options?.metadata === undefined) throw new Error('a record of the bench does not fit into metadata')
      entries.push([key, JSON.stringify(options.metadata)])
    },
  }
  const store = supporterStore(collecting as unknown as KVNamespace, settings)
  database.exec('BEGIN')
  for (let from = 0; from < people; from += CHUNK) {
    const chunk = Array.from({ length: Math.min(CHUNK, people - from) }, (_, i) => supporter(from + i))
    await Promise.all(chunk.map(async (one) => store.put(await settings.fingerprint(one.email), one)))
    for (const [key, metadata] of entries.splice(0)) insert.run(key, blob, metadata)
  }
  database.prepare('DELETE FROM _mf_entries WHERE key = ?').run(MARK)
  database.exec('COMMIT')
  database.close()
  return state
}

/** The database of the namespace that holds the mark, and the name of the value stored for it. */
function openNamespace(folder: string): { database: DatabaseSync; blob: string } {
  for (const file of readdirSync(folder).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name))) {
    const database = new DatabaseSync(join(folder, file))
    const row = database.prepare('SELECT blob_id FROM _mf_entries WHERE key = ?').get(MARK)
    if (row !== undefined) return { database, blob: String(row.blob_id) }
    database.close()
  }
  throw new Error(`no database under ${folder} has what was put: the local KV has changed how it keeps things`)
}
