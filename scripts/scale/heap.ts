/** The memory of the Worker's isolate, from the runtime's inspector. The platform limits it to 128 MB; the process holds more. */

import * as z from 'zod'

const targets = z.array(z.object({ webSocketDebuggerUrl: z.string() }))
const usage = z.object({
  result: z.object({ usedSize: z.number(), backingStorageSize: z.number().default(0) }),
})

export type HeapWatch = { peakBytes(): number; stop(): void }

/** Samples JavaScript's heap and its buffers until `stop`, garbage included. */
export async function watchHeap(port: number, everyMs: number): Promise<HeapWatch> {
  const listed = targets.parse(await (await fetch(`http://127.0.0.1:${port}/json`)).json())
  const url = listed.find(({ webSocketDebuggerUrl }) => webSocketDebuggerUrl.includes('tocsin')) ?? listed[0]
  if (url === undefined) throw new Error('the inspector lists no Worker')
  const socket = new WebSocket(url.webSocketDebuggerUrl)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('the inspector refuses the connection')))
  })
  let peak = 0
  let calls = 0
  socket.addEventListener('message', ({ data }) => {
    const found = usage.safeParse(JSON.parse(String(data)))
    if (found.success) peak = Math.max(peak, found.data.result.usedSize + found.data.result.backingStorageSize)
  })
  const timer = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN)
      socket.send(JSON.stringify({ id: ++calls, method: 'Runtime.getHeapUsage' }))
  }, everyMs)
  return {
    peakBytes: () => peak,
    stop() {
      clearInterval(timer)
      socket.close()
    },
  }
}
