/** Counts the work in progress in this isolate: requests without an answer yet, and work after answers (`waitUntil`). */

let running = 0

/** Number of requests and promises in progress. */
export const busy = (): number => running

export async function whileBusy<T>(work: () => Promise<T> | T): Promise<T> {
  running++
  try {
    return await work()
  } finally {
    running--
  }
}

/** The context with a `waitUntil` that counts its promises as work in progress. */
export const counted = (ctx: ExecutionContext): ExecutionContext =>
  new Proxy(ctx, {
    get(target, name) {
      if (name === 'waitUntil')
        return (promise: Promise<unknown>) => target.waitUntil(whileBusy(() => promise.catch(() => undefined)))
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
