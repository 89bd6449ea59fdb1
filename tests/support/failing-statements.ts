import { runInDurableObject } from 'cloudflare:test'
import { expect } from 'vitest'
import type { DatabaseHost } from '../../src/storage/database.ts'
import { failing, StatementFailed } from './failing-storage.ts'
import { bindings } from './visitor.ts'

let objects = 0
/** In an object whose storage is empty. */
export const inObject = <T>(run: (ctx: DurableObjectState) => T): Promise<T> =>
  runInDurableObject(bindings.SENDER_QUOTA.getByName(`rollback-${++objects}`), (_, ctx) => run(ctx))

/** Something that keeps in memory what is stored: how to open it, and all that can be seen of it. */
export type Kind<T> = { open(host: DatabaseHost): T; seen(instance: T): unknown }

/**
 * Does something again and again, each time failing at the next of its statements, until it succeeds. After every failure the instance
 * must be what a new one is, and what it was before. Answers how many statements have failed.
 */
export function failingAtEach<T>(
  { open, seen }: Kind<T>,
  prepare: (instance: T) => void,
  act: (instance: T) => void,
): Promise<number> {
  return inObject((ctx) => {
    const host = failing(ctx)
    const instance = open(host)
    prepare(instance)
    for (let statement = 1; ; statement++) {
      const before = seen(open(ctx))
      host.failAt(statement)
      const failed = fails(() => act(instance))
      host.heal()
      expect(seen(instance)).toEqual(seen(open(ctx)))
      if (!failed) {
        expect(seen(instance)).not.toEqual(before) // or there was nothing to fail at
        return statement - 1
      }
      expect(seen(instance)).toEqual(before)
      expect(host.aborts).toEqual([])
    }
  })
}

/** Whether a statement failed in it. */
export function fails(act: () => void): boolean {
  try {
    act()
    return false
  } catch (error) {
    if (error instanceof StatementFailed) return true
    throw error
  }
}
