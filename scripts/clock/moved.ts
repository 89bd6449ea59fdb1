import type { DurableObject } from 'cloudflare:workers'
import { Alarm, movedStorage } from './alarm.ts'
import { clock, know } from './clock.ts'

type ObjectClass = new (ctx: DurableObjectState, env: never) => DurableObject

/** An object whose alarms follow the moved clock. */
export interface Moved extends Rpc.DurableObjectBranded {
  clockMoved(): Promise<void>
}

/**
 * The deployed class with its alarms in moved time. Each object loads the time before its first request or alarm; only its constructor may
 * see the machine's time. `envOf`: maps the bindings.
 */
export function moved(className: string, deployed: ObjectClass, envOf = (env: never): never => env) {
  return class extends deployed {
    readonly #alarm: Alarm

    constructor(ctx: DurableObjectState, env: never) {
      const alarm = new Alarm(ctx.storage, (at) => clock().note(className, ctx.id.toString(), at))
      // The runtime accepts only its own ctx, so the storage is replaced in place.
      Object.defineProperty(ctx, 'storage', { value: movedStorage(ctx.storage, alarm), configurable: true })
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
