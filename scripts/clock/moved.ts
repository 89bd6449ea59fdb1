import type { DurableObject } from 'cloudflare:workers'
import { Alarm, movedStorage } from './alarm.ts'
import { clock, know } from './clock.ts'

type ObjectClass = new (ctx: DurableObjectState, env: never) => DurableObject

/** An object whose alarms follow the moved clock. */
export interface Moved extends Rpc.DurableObjectBranded {
  clockMoved(): Promise<void>
}

/**
 * The class as it is deployed, with its alarms in moved time. An object that its alarm has woken before anybody else has come asks for
 * the time first; only what its constructor reads is the machine's then. `envOf`: what it finds bound.
 */
export function moved(className: string, deployed: ObjectClass, envOf = (env: never): never => env) {
  return class extends deployed {
    readonly #alarm: Alarm

    constructor(ctx: DurableObjectState, env: never) {
      const alarm = new Alarm(ctx.storage, (at) => clock().note(className, ctx.id.toString(), at))
      // The runtime takes no other object for its own: the genuine one is given a storage of ours.
      Object.defineProperty(ctx, 'storage', { value: movedStorage(ctx.storage, alarm) })
      ctx.blockConcurrencyWhile(async () => {
        await know()
        await alarm.remember()
      })
      super(ctx, envOf(env))
      this.#alarm = alarm
    }

    override alarm(info?: AlarmInvocationInfo): Promise<void> {
      return this.#alarm.rung(async () => super.alarm?.(info))
    }

    clockMoved(): Promise<void> {
      return this.#alarm.follow()
    }
  }
}
