import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What goes wrong with a call, if anything. `after` faults come once the mails have been taken. */
export type Fault =
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  | { kind: 'cut-before' }
  | { kind: 'cut-after' }
  | { kind: 'nonsense-after' }
  | { kind: 'half-after' } // the provider's sink says what half of an answer is
  | { kind: 'slow-after'; milliseconds: number }

export type Asked = { method: string; path: string; headers: IncomingHttpHeaders; body: string }
export type Answered = { status: number; body: unknown; headers?: Record<string, string>; half?: unknown }

/** A server on a loopback address that answers as `provider` says, after it has taken what came, unless `fault` spoils it. */
export async function startHttpSink(
  provider: (asked: Asked, fault: Fault | null) => Answered,
  faultOf: (asked: Asked) => Fault | null,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const body = await read(request).catch(() => null)
    if (body === null) return // whoever was calling has gone
    const asked = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
    const say = ({ status, body, headers }: Answered) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(body === undefined ? '' : JSON.stringify(body))
    const fault = faultOf(asked)
    if (fault?.kind === 'status') return say({ body: undefined, ...fault })
    if (fault?.kind === 'cut-before') return request.socket.destroy()
    const answer = provider(asked, fault)
    if (fault?.kind === 'cut-after') return request.socket.destroy()
    if (fault?.kind === 'nonsense-after') return response.writeHead(200).end('<html>gateway</html>')
    if (fault?.kind === 'half-after') return say({ ...answer, body: answer.half })
    if (fault?.kind === 'slow-after') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds))
    say(answer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
