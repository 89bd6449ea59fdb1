import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Shape } from './deployment.ts'
import type { Tally } from './sink-server.ts'

export type Sink = {
  url: string
  pid: number
  /** Resets all counts, for mail to `people` people. */
  reset(people: number): Promise<void>
  /** Number of accepted mails. */
  count(): Promise<number>
  tally(): Promise<Tally>
  stop(): Promise<void>
}

/** Starts a sink as a process, so that on two cores the sink takes no time from the runtime. */
export async function startSink(shape: Shape): Promise<Sink> {
  const child = fork(join(import.meta.dirname, 'sink-server.ts'), [shape], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const url = await answer<string>(child)
  return {
    url,
    pid: child.pid ?? 0,
    async reset(people) {
      child.send({ kind: 'reset', people })
      await answer(child)
    },
    async count() {
      child.send({ kind: 'count' })
      return answer<number>(child)
    },
    async tally() {
      child.send({ kind: 'tally' })
      return answer<Tally>(child)
    },
    async stop() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the sink ended with status ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message as T)
    })
  })
}
