import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Shape } from './deployment.ts'
import type { Tally } from './sink-server.ts'

export type Sink = {
  url: string
  pid: number
  /** Forgets everything; awaits mail to so many people. */
  reset(people: number): Promise<void>
  /** Mails that have come. */
  count(): Promise<number>
  tell(): Promise<Tally>
  stop(): Promise<void>
}

/** A sink in its own process, so that on two cores it takes nothing from the runtime. */
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
    async tell() {
      child.send({ kind: 'tell' })
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
