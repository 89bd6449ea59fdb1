import type { Outbox } from '../transports/outbox-store.ts'
import type { DispatchShell } from './dispatch.ts'
import type { LaneShell } from './lane.ts'
import type { Pacer } from './pacer.ts'
import type { Postbox } from './postbox.ts'
import type { Register } from './register.ts'
import type { Suppression } from './suppression.ts'

/** What the platform binds to the Worker (wrangler.toml). Settings come beside it and are parsed by `env.ts`. */
export type Bindings = {
  SUPPORTERS: KVNamespace
  CONTENT: KVNamespace
  REGISTER: DurableObjectNamespace<Register>
  DISPATCH: DurableObjectNamespace<DispatchShell>
  LANE: DurableObjectNamespace<LaneShell>
  SUPPRESSION: DurableObjectNamespace<Suppression>
  POSTBOX: DurableObjectNamespace<Postbox>
  PACER: DurableObjectNamespace<Pacer>
  HOOKS: DurableObjectNamespace // of a class that stands later in the import order: webhooks/hooks-of.ts
  OUTBOX: DurableObjectNamespace<Outbox>
  ACTIONS: DurableObjectNamespace // of a class that stands later in the import order: actions/actions-of.ts
  IMPORT: DurableObjectNamespace // of a class that stands later in the import order: supporters/import-objects.ts
  CLIENT_LIMIT: RateLimit
  STRICT_LIMIT: RateLimit
}

/** There is one of each of these; the name is theirs for ever, since objects are found by it. */
export const registerOf = (env: Bindings) => env.REGISTER.getByName('register')
export const suppressionOf = (env: Bindings) => env.SUPPRESSION.getByName('suppression')

/** One per sending account. */
export const pacerOf = (env: Bindings, transport: string) => env.PACER.getByName(transport)

/** One per mailbox, by the fingerprint of `mailboxOf(address)`. */
export const postboxOf = (env: Bindings, mailbox: string) => env.POSTBOX.getByName(mailbox)

export const dispatchOf = (env: Bindings, id: string) => env.DISPATCH.getByName(id)
export const laneOf = (env: Bindings, dispatch: string, lane: number) => env.LANE.getByName(`${dispatch}/${lane}`)
