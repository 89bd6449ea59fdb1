import type { Bindings } from '../dispatch/bindings.ts'
import type { Named } from './event.ts'
import type { HooksShell } from './hooks.ts'

/** `Bindings` stands before this folder in the import order and cannot know the class. */
const namespaceOf = (env: Bindings) => env.HOOKS as unknown as DurableObjectNamespace<HooksShell>

/** Hands events to the objects that keep them, by the first digit of their names; returns once all of them are safe. */
export async function hand(env: Bindings, events: readonly Named[]): Promise<void> {
  const shares = [...Map.groupBy(events, ({ id }) => id.charAt(0))]
  await Promise.all(shares.map(([digit, share]) => namespaceOf(env).getByName(digit).hear(share)))
}
