import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Settings } from '../../src/env.ts'
import { sealedRecord } from '../local/crowd.ts'
import { deploy } from './deployment.ts'
import { supporter } from './people.ts'

const MARK = 'bench/mark'
/** Records encrypted at the same time. */
const CHUNK = 1_000
/** Bytes of JSON that KV accepts as metadata. */
const MAX_METADATA_BYTES = 1_024

/**
 * Creates a state folder with `people` confirmed supporters and returns its path. The local KV takes only a thousand writes a second, so
 * the rows are inserted into its database while no server runs. All rows share one stored value, as records in metadata do.
 */
export async function seedState(people: number, settings: Settings): Promise<string> {
  const state = mkdtempSync(join(tmpdir(), `tocsin-bench-${people}-`))
  const { server } = await deploy({ state })
  const supporters = await server.miniflare.getKVNamespace('SUPPORTERS')
  await supporters.put(MARK, '.')
  await server.stop()
  const { database, blob } = openNamespace(join(state, 'kv', 'miniflare-KVNamespaceObject'))
  const insert = database.prepare('INSERT INTO _mf_entries (key, blob_id, metadata) VALUES (?, ?, ?)')
  database.exec('BEGIN')
  for (let from = 0; from < people; from += CHUNK) {
    const chunk = Array.from({ length: Math.min(CHUNK, people - from) }, (_, i) => supporter(from + i))
    for (const { key, metadata } of await Promise.all(chunk.map((one) => sealedRecord(settings, one)))) {
      const json = JSON.stringify(metadata)
      if (json.length > MAX_METADATA_BYTES) throw new Error(`the record of ${key} does not fit into KV metadata`)
      insert.run(key, blob, json)
    }
  }
  database.prepare('DELETE FROM _mf_entries WHERE key = ?').run(MARK)
  database.exec('COMMIT')
  database.close()
  return state
}

/** Opens the database with the key MARK. Returns it with the name of the blob that MARK's value is stored in. */
function openNamespace(folder: string): { database: DatabaseSync; blob: string } {
  for (const file of readdirSync(folder).filter((name) => /^[0-9a-f]+\.sqlite$/.test(name))) {
    const database = new DatabaseSync(join(folder, file))
    const row = database.prepare('SELECT blob_id FROM _mf_entries WHERE key = ?').get(MARK)
    if (row !== undefined) return { database, blob: String(row.blob_id) }
    database.close()
  }
  throw new Error(`no database under ${folder} has the key ${MARK}: the local KV has changed its storage format`)
}
