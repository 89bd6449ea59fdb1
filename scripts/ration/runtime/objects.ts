/** Durable Objects whose calls, alarms and time in memory are counted, and whose work is counted for the act that asked for it. */

import type { DurableObject } from 'cloudflare:workers'
import { OBJECT_LIMITS } from '../../../src/kit/platform/limits.ts'
import { withMembers } from '../../bench/counts.ts'
import { rationedKv } from './kv.ts'
import { count, invocation, isUsedUp, type Passport, passport, refuse, spend, subrequest } from './meter.ts'
import { meteredStorage } from './storage.ts'

type ObjectClass = new (ctx: DurableObjectState, env: never) => DurableObject
type AnyNamespace = DurableObjectNamespace<undefined>

const USED_UP = 'Exceeded allowed requests in Durable Objects free tier.'
const OUT_OF_TIME = 'Exceeded allowed duration in Durable Objects free tier.'
/** Method of each rationed object: calls another of its methods, and counts the work for `Passport`. */
const CALL = 'rationedCall'

/** The act that last set the alarm of an object. The alarm's work is counted for it. */
const alarmActs = new Map<string, string>()

/** Milliseconds in which an object works, without counting concurrent invocations twice. */
class Presence {
  #running = 0
  #since = 0

  enter(): void {
    if (this.#running++ === 0) this.#since = performance.now()
  }

  /** Leaves, and returns the milliseconds since the last `leave` or the first `enter`. */
  leave(): number {
    this.#running--
    const now = performance.now()
    const passed = now - this.#since
    this.#since = now
    return passed
  }
}

const gbSeconds = (milliseconds: number): number => (milliseconds / 1_000) * OBJECT_LIMITS.billedGb

/** Subclass of the deployed class that counts what it uses. */
export function rationed(className: string, deployed: ObjectClass): ObjectClass {
  return class extends deployed {
    readonly #presence = new Presence()
    readonly #id: string

    constructor(ctx: DurableObjectState, env: never) {
      const id = `${className} ${ctx.id}`
      const storage = meteredStorage(ctx.storage, () => alarmActs.set(id, passport().act))
      // The runtime accepts only its own ctx, so the storage is replaced in place.
      Object.defineProperty(ctx, 'storage', { value: storage, configurable: true })
      super(ctx, env)
      this.#id = id
    }

    [CALL](caller: Passport, method: string, values: unknown[]): Promise<unknown> {
      const own: Record<string, (...values: unknown[]) => unknown> = Object(this)
      return this.#present(caller, method, () => own[method]?.(...values))
    }

    override alarm(info?: AlarmInvocationInfo): Promise<void> {
      const act = alarmActs.get(this.#id) ?? 'upkeep'
      return this.#present({ act, route: `alarm ${className}` }, 'alarm', () => {
        spend('objectRequests', 1, USED_UP)
        return super.alarm?.(info)
      })
    }

    #present<T>(caller: Passport, method: string, work: () => T | Promise<T>): Promise<T> {
      return invocation(caller, `${className}.${method}`, async () => {
        this.#presence.enter()
        try {
          return await work()
        } finally {
          count('objectGbSeconds', gbSeconds(this.#presence.leave()))
        }
      })
    }
  }
}

/** Properties of a stub that are not methods of the object. */
const OF_THE_STUB = ['id', 'name', 'then', 'fetch', 'connect', 'dup']

function rationedObjects(namespace: AnyNamespace): AnyNamespace {
  const rationedStub = (stub: DurableObjectStub<undefined>) =>
    new Proxy(stub, {
      get(target, name) {
        if (typeof name !== 'string' || OF_THE_STUB.includes(name)) return Reflect.get(target, name)
        return (...values: unknown[]) => {
          subrequest('inside')
          if (isUsedUp('objectGbSeconds')) refuse('objectGbSeconds a day', OUT_OF_TIME)
          spend('objectRequests', 1, USED_UP)
          return Reflect.apply(Reflect.get(target, CALL), target, [passport(), name, values])
        }
      },
    })
  return withMembers(namespace, {
    getByName: (name) => rationedStub(namespace.getByName(name)),
    get: (id) => rationedStub(namespace.get(id)),
  })
}

const known = new WeakMap<object, object>()

/** The bindings, counted and rationed. Gives the same object for the same bindings, since settings are cached by it. */
export function rationedEnv<E extends object>(env: E): E {
  const before = known.get(env)
  if (before !== undefined) return before as E
  const replaced: Record<string, unknown> = {}
  for (const [name, binding] of Object.entries(env)) {
    if (typeof binding !== 'object' || binding === null) continue
    if ('getWithMetadata' in binding) replaced[name] = namespaceOf(name, binding as KVNamespace)
    else if ('idFromName' in binding) replaced[name] = rationedObjects(binding as AnyNamespace)
  }
  const rationed = { ...env, ...replaced }
  known.set(env, rationed)
  return rationed
}

const namespaces = new Map<string, KVNamespace>()

/** One wrapper for a namespace, since what is stale is the same for all that read it. */
function namespaceOf(name: string, kv: KVNamespace): KVNamespace {
  const found = namespaces.get(name) ?? rationedKv(kv)
  namespaces.set(name, found)
  return found
}
