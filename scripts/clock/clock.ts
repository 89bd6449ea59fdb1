import { DurableObject, exports } from 'cloudflare:workers'
import { busy } from './busy.ts'
import type { Moved } from './moved.ts'
import { isKnown, offset, offsetUntil, setOffset } from './time.ts'

/** Objects told of a move at a time. */
const TOLD_TOGETHER = 50

export type Time = {
  now: number // epoch ms, moved
  next: number | null // when the next alarm of any object rings
  busy: number // requests that are not answered yet, and what goes on after their answers
}

/** One: keeps how far the clock was moved, and who has an alarm: objects cannot be enumerated, and most are not in memory. */
export class Clock extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env)
    ctx.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS alarm (class TEXT, id TEXT, at INTEGER NOT NULL, PRIMARY KEY (class, id)) WITHOUT ROWID',
    )
    setOffset(ctx.storage.kv.get<number>('offset') ?? 0)
  }

  offset(): number {
    return offset()
  }

  note(className: string, id: string, at: number | null): void {
    const { sql } = this.ctx.storage
    if (at === null) sql.exec('DELETE FROM alarm WHERE class = ? AND id = ?', className, id)
    else sql.exec('INSERT OR REPLACE INTO alarm VALUES (?, ?, ?)', className, id, at)
  }

  time(): Time {
    const { next } = this.ctx.storage.sql.exec<{ next: number | null }>('SELECT MIN(at) AS next FROM alarm').one()
    return { now: Date.now(), next, busy: busy() }
  }

  /** False when it is later than that already. Answers once every object with an alarm has set it anew. */
  async move(to: number): Promise<boolean> {
    const ahead = offsetUntil(to)
    if (ahead < offset()) return false
    this.ctx.storage.kv.put('offset', ahead)
    await this.ctx.storage.sync() // on disk before anybody lives by it
    setOffset(ahead)
    const alarms = this.ctx.storage.sql
      .exec<{ class: string; id: string }>('SELECT class, id FROM alarm ORDER BY at')
      .toArray()
    for (let told = 0; told < alarms.length; told += TOLD_TOGETHER)
      await Promise.all(alarms.slice(told, told + TOLD_TOGETHER).map((one) => objectOf(one.class, one.id).clockMoved()))
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
