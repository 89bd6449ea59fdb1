/**
 * Lets single requests run as in a fresh isolate: module-level Maps of the Worker, which hold what it read from KV, look to them as they
 * were when the modules had loaded. Must be imported before the Worker.
 */

import { ownMemory } from './meter.ts'

/** Maps made while the modules load, with the keys that they had then. Null until the modules have loaded. */
const first = new WeakMap<object, Set<unknown>>()
let loading: Array<Map<unknown, unknown>> | null = []

globalThis.Map = new Proxy(Map, {
  construct(made, values, as) {
    const map: Map<unknown, unknown> = Reflect.construct(made, values, as)
    loading?.push(map)
    return map
  },
})

/** Call when all modules have loaded. */
export function modulesLoaded(): void {
  for (const map of loading ?? []) first.set(map, new Set(map.keys()))
  loading = null
}

const { get, has, set } = Map.prototype

function isForgotten(map: object, key: unknown): boolean {
  const memory = ownMemory()
  if (memory === null) return false
  return first.get(map)?.has(key) === false && memory.get(map)?.has(key) !== true
}

Map.prototype.get = function (key) {
  return isForgotten(this, key) ? undefined : get.call(this, key)
}
Map.prototype.has = function (key) {
  return !isForgotten(this, key) && has.call(this, key)
}
Map.prototype.set = function (key, value) {
  const memory = ownMemory()
  if (memory !== null && first.has(this)) memory.set(this, (memory.get(this) ?? new Set()).add(key))
  return set.call(this, key, value)
}
