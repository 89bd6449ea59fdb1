/** What this isolate is at work on: answers that are not given yet, and what goes on after them. */

let atWork = 0

export const busy = (): number => atWork

export async function whileBusy<T>(work: () => Promise<T> | T): Promise<T> {
  atWork++
  try {
    return await work()
  } finally {
    atWork--
  }
}

/** The same context, whose `waitUntil` is counted. */
export const counted = (ctx: ExecutionContext): ExecutionContext =>
  new Proxy(ctx, {
    get(target, name) {
      if (name === 'waitUntil')
        return (promise: Promise<unknown>) => target.waitUntil(whileBusy(() => promise.catch(() => undefined)))
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
