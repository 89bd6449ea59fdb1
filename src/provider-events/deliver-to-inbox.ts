import { hooksOf } from '../objects.ts'
import type { Named } from './fingerprinted-event.ts'

/** Hands events to the objects that keep them, by the first digit of their ids; returns once all of them are safe. */
export async function hand(env: Env, events: readonly Named[]): Promise<void> {
  const shares = [...Map.groupBy(events, ({ id }) => id.charAt(0))]
  await Promise.all(shares.map(([digit, share]) => hooksOf(env, digit).hear(share)))
}
