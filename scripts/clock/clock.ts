import { DurableObject, exports } from 'cloudflare:workers'
import * as z from 'zod'
import { Database, type StoredEntry } from '../../src/storage/database.ts'
import type { MigrationStep } from '../../src/storage/migrate.ts'
import { busy } from './busy.ts'
import type { Moved } from './moved.ts'
import { isKnown, offset, offsetUntil, setOffset } from './time.ts'

/** Objects told of a move at a time. */
const NOTIFIED_TOGETHER = 50

export type Time = {
  now: number // epoch ms, moved
  next: number | null // when the next alarm of any object rings
  busy: number // requests that are not answered yet, and what goes on after their answers
}

const STEPS: readonly MigrationStep[] = [
  {
    name: 'alarms',
    run: ({ sql }) =>
      sql.exec('CREATE TABLE alarm (class TEXT, id TEXT, at INTEGER NOT NULL, PRIMARY KEY (class, id)) WITHOUT ROWID'),
  },
]

const nextRow = z.object({ next: z.number().nullable() })
const alarmRow = z.object({ class: z.string(), id: z.string() })

/** One: keeps how far the clock was moved, and who has an alarm: objects cannot be enumerated, and most are not in memory. */
export class Clock extends DurableObject {
  readonly #db: Database
  readonly #offset: StoredEntry<number>

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#db = new Database(ctx, STEPS)
    this.#offset = this.#db.entry('offset', z.number())
    setOffset(this.#offset.get() ?? 0)
  }

  offset(): number {
    return offset()
  }

  note(className: string, id: string, at: number | null): void {
    if (at === null) this.#db.run('DELETE FROM alarm WHERE class = ? AND id = ?', className, id)
    else this.#db.run('INSERT OR REPLACE INTO alarm (class, id, at) VALUES (?, ?, ?)', className, id, at)
  }

  time(): Time {
    const { next } = this.#db.one(nextRow, 'SELECT MIN(at) AS next FROM alarm')
    return { now: Date.now(), next, busy: busy() }
  }

  /** False when it is later than that already. Answers once every object with an alarm has set it anew. */
  async move(to: number): Promise<boolean> {
    const ahead = offsetUntil(to)
    if (ahead < offset()) return false
    this.#offset.put(ahead)
    await this.ctx.storage.sync() // on disk before anybody lives by it
    setOffset(ahead)
    const alarms = this.#db.rows(alarmRow, 'SELECT class, id FROM alarm ORDER BY at')
    for (let start = 0; start < alarms.length; start += NOTIFIED_TOGETHER)
      await Promise.all(
        alarms.slice(start, start + NOTIFIED_TOGETHER).map((one) => objectOf(one.class, one.id).clockMoved()),
      )
    return true
  }
}

/** By the names under which the entry exports them. */
const namespaces = exports as unknown as Record<string, DurableObjectNamespace<Moved> | undefined>

function objectOf(className: string, id: string): DurableObjectStub<Moved> {
  const namespace = namespaces[className]
  if (namespace === undefined) throw new Error(`no object of class ${className} is exported any more`)
  return namespace.get(namespace.idFromString(id))
}

export const clock = (): DurableObjectStub<Clock> =>
  (exports as unknown as { Clock: DurableObjectNamespace<Clock> }).Clock.getByName('clock')

/** Before anything else that is done in an isolate. */
export async function know(): Promise<void> {
  if (!isKnown()) setOffset(await clock().offset())
}
