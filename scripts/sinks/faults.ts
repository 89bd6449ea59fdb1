import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What goes wrong with a call. Faults named `…-after` occur after the mails were accepted, the others instead. */
export type Fault =
  | { kind: 'status'; status: number; body: unknown; headers?: Record<string, string>; afterMs?: number }
  | { kind: 'status-after'; status: number; body: unknown }
  | { kind: 'cut-before' }
  | { kind: 'cut-after' }
  | { kind: 'nonsense-after' }
  | { kind: 'half-after' } // answers for half of the mails, for providers that answer for each
  | { kind: 'slow-after'; milliseconds: number }

/**
 * A received call. `key`: the provider's idempotency key, else the hash. `hash`: SHA-256 of the body. `to`: the addresses whose mails the
 * call delivered, null if none was accepted or the call was a repetition.
 */
export type SinkCall = { key: string; hash: string; people: number; to: string[] | null }

type Answer = (status: number, body: unknown, headers?: Record<string, string>) => void

/** Starts a server on a free loopback port. `close` also ends kept-alive connections. */
export async function listen(
  handle: (request: IncomingMessage, body: Buffer, response: ServerResponse) => void | Promise<void>,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const body = await read(request).catch(() => null)
    if (body !== null) await handle(request, body, response) // null: the client was killed while sending
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Writes an answer: a string as text/plain, anything else as JSON. */
export const answering =
  (response: ServerResponse): Answer =>
  (status, body, headers = {}) => {
    const text = typeof body === 'string'
    response
      .writeHead(status, { 'content-type': text ? 'text/plain' : 'application/json', ...headers })
      .end(text ? body : JSON.stringify(body))
  }

export const cut = (response: ServerResponse): void => void response.socket?.destroy()

/** Applies an `…-after` fault that is the same for all providers. True if the fault has answered the call. */
export async function faultAfter(fault: Fault | null, response: ServerResponse): Promise<boolean> {
  if (fault?.kind === 'cut-after') cut(response)
  else if (fault?.kind === 'status-after') answering(response)(fault.status, fault.body)
  else if (fault?.kind === 'nonsense-after') response.writeHead(200).end('<html>gateway</html>')
  else {
    if (fault?.kind === 'slow-after') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds))
    return false
  }
  return true
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
