/** What is under way when somebody presses Ctrl-C. */
export type Interrupts = {
  /** The result of some work, or `interrupted` at once after Ctrl-C. The work should end when its signal aborts. */
  during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | 'interrupted'>
  /**
   * The result of work that the first Ctrl-C does not end, and whether one was pressed. `told` is called at the first; after the second the
   * result is `left`.
   */
  after<T>(
    work: (signal: AbortSignal) => Promise<T>,
    told: () => void,
  ): Promise<{ result: T | 'left'; isInterrupted: boolean }>
}

/** Ctrl-C and the signal SIGINT of this process. */
export const processInterrupts: Interrupts = {
  during: (work) => until(1, 'interrupted' as const, work, () => undefined),
  async after(work, told) {
    let isInterrupted = false
    const result = await until(2, 'left' as const, work, () => {
      if (!isInterrupted) told()
      isInterrupted = true
    })
    return { result, isInterrupted }
  },
}

/** The result of some work, or `end` once Ctrl-C was pressed so many times. */
async function until<T, E>(
  times: number,
  end: E,
  work: (signal: AbortSignal) => Promise<T>,
  pressed: () => void,
): Promise<T | E> {
  const controller = new AbortController()
  const { promise: ended, resolve } = Promise.withResolvers<E>()
  let count = 0
  const press = () => {
    pressed()
    if (++count < times) return
    controller.abort()
    resolve(end)
  }
  process.on('SIGINT', press)
  try {
    return await Promise.race([work(controller.signal), ended])
  } finally {
    process.off('SIGINT', press)
  }
}
