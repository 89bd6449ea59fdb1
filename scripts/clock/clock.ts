import { DurableObject, exports } from 'cloudflare:workers'
import * as z from 'zod'
import { Database, type StoredEntry } from '../../src/storage/database.ts'
import type { MigrationStep } from '../../src/storage/migrate.ts'
import { busy } from './busy.ts'
import type { Moved } from './moved.ts'
import { isKnown, offset, offsetUntil, setOffset } from './time.ts'

/** Objects informed of a move at the same time. */
const NOTIFIED_TOGETHER = 50
/** Alarms due later than this after a move are not set anew: another move, or a load of their object, comes before. */
const NEAR_MS = 15 * 60_000

export type Time = {
  now: number // epoch ms, moved
  next: number | null // time of the next alarm of any object
  busy: number // requests without an answer yet, and work after answers
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

/** The only instance stores the clock's offset and the objects with an alarm, since objects cannot be enumerated. */
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

  /** Loads objects, so that alarms are known that they set before this clock was there. */
  async find(objects: ReadonlyArray<z.infer<typeof alarmRow>>): Promise<void> {
    await inGroups(objects, (one) => objectOf(one.class, one.id).clockMoved())
  }

  /**
   * Moves the clock to a time (epoch ms). Resolves once every object with a near alarm has reset it. If that time has passed: false, or
   * with `orNow` the alarms are reset at the present time.
   */
  async move(to: number, orNow = false): Promise<boolean> {
    const ahead = Math.max(offsetUntil(to), orNow ? offset() : Number.NEGATIVE_INFINITY)
    if (ahead < offset()) return false
    this.#offset.put(ahead)
    await this.ctx.storage.sync() // on disk before the new time is used
    setOffset(ahead)
    const near = 'SELECT class, id FROM alarm WHERE at <= ? ORDER BY at'
    const alarms = this.#db.rows(alarmRow, near, Math.max(to, Date.now()) + NEAR_MS)
    await inGroups(alarms, (one) => objectOf(one.class, one.id).clockMoved())
    return true
  }
}

async function inGroups<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < all.length; start += NOTIFIED_TOGETHER)
    await Promise.all(all.slice(start, start + NOTIFIED_TOGETHER).map(work))
}

function objectOf(className: string, id: string): DurableObjectStub<Moved> {
  const namespace: DurableObjectNamespace<Moved> | undefined = Reflect.get(exports, className)
  if (namespace === undefined) throw new Error(`found an alarm of class ${className}, which the entry does not export`)
  return namespace.get(namespace.idFromString(id))
}

/** The Clock object. The entry of `movable.ts` exports its class; the types of the deployed Worker do not know it. */
export function clock(): DurableObjectStub<Clock> {
  const namespace: DurableObjectNamespace<Clock> = Reflect.get(exports, 'Clock')
  return namespace.getByName('clock')
}

/** Loads the clock's offset into this isolate. Must run before any other code of a request. */
export async function know(): Promise<void> {
  if (!isKnown()) setOffset(await clock().offset())
}
