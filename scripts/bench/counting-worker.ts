/** The deployed Worker with counters around storage and bindings, for `npm run bench`. `GET /bench/counts` reads and resets them. */

import type { DurableObject } from 'cloudflare:workers'
import worker, * as deployed from '../../src/worker.ts'
import { counted, countingEnv, countingStorage, countsOf, settleCursors } from './counts.ts'

type ObjectClass = new (ctx: DurableObjectState, env: Env) => DurableObject<Env>

/** Subclass of an object's class that counts its storage, bindings and alarms under the name `who`. */
function counting(who: string, inner: unknown): ObjectClass {
  const base = inner as ObjectClass
  return class extends base {
    constructor(ctx: DurableObjectState, env: Env) {
      // The runtime accepts only its own ctx, so the storage is replaced in place.
      Object.defineProperty(ctx, 'storage', { value: countingStorage(who, ctx.storage) })
      super(ctx, countingEnv(who, env))
      const alarm = this.alarm?.bind(this)
      if (alarm === undefined) return
      this.alarm = (info) => {
        countsOf(who).alarms++
        return alarm(info)
      }
    }
  }
}

// Classes that are not named below run without counters, so that a new class still works.
// biome-ignore-start lint/performance: an entry has to export what wrangler.toml binds
export * from '../../src/worker.ts'
// biome-ignore-end lint/performance: the line above only

export const CampaignPublication = counting('CampaignPublication', deployed.CampaignPublication)
export const DispatchRegistry = counting('DispatchRegistry', deployed.DispatchRegistry)
export const Dispatch = counting('Dispatch', deployed.Dispatch)
export const Lane = counting('Lane', deployed.Lane)
export const Suppression = counting('Suppression', deployed.Suppression)
export const MailboxQueue = counting('MailboxQueue', deployed.MailboxQueue)
export const ConfirmationQueue = counting('ConfirmationQueue', deployed.ConfirmationQueue)
export const SenderQuota = counting('SenderQuota', deployed.SenderQuota)
export const Outbox = counting('Outbox', deployed.Outbox)
export const Import = counting('Import', deployed.Import)

const COUNTS = '/bench/counts'

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== COUNTS) return worker.fetch(request, countingEnv('Worker', env), ctx)
    settleCursors()
    const response = Response.json(Object.fromEntries(counted))
    for (const counts of counted.values()) for (const name of Object.keys(counts)) Reflect.set(counts, name, 0)
    return response
  },
} satisfies ExportedHandler<Env>
