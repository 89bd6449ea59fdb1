import { runInDurableObject } from 'cloudflare:test'
import { expect } from 'vitest'
import type { DatabaseHost } from '../../src/storage/database.ts'
import { failing, StatementFailed } from './failing-storage.ts'
import { bindings } from './visitor.ts'

let objects = 0
/** Runs `run` inside a new Durable Object with empty storage. */
export const inObject = <T>(run: (ctx: DurableObjectState) => T): Promise<T> =>
  runInDurableObject(bindings.SENDER_QUOTA.getByName(`rollback-${++objects}`), (_, ctx) => run(ctx))

/** A class that caches stored state: how to open an instance, and its observable state. */
export type Kind<T> = { open(host: DatabaseHost): T; seen(instance: T): unknown }

/**
 * Repeats `act`, failing at its first, second, … statement, until it succeeds. Returns how many statements failed.
 * After each failure the instance must equal a newly opened one and its own state before the attempt.
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
        expect(seen(instance)).not.toEqual(before) // guards against an act that changes nothing
        return statement - 1
      }
      expect(seen(instance)).toEqual(before)
      expect(host.aborts).toEqual([])
    }
  })
}

/** True if `act` threw StatementFailed. @throws any other error of `act`. */
export function fails(act: () => void): boolean {
  try {
    act()
    return false
  } catch (error) {
    if (error instanceof StatementFailed) return true
    throw error
  }
}
