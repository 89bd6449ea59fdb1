/** The port that people use. It passes requests on to the runtime behind it, and lets them wait while there is none. */

import { request as connect, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode } from '../local/runtime.ts'
import { IDENTITY } from './folder-lock.ts'

/** Milliseconds that a request waits for the runtime. Browsers and the commands wait longer than this. */
const WAIT_MS = 20_000
/** Milliseconds that a restart waits for requests without an answer. */
const DRAIN_MS = 5_000
const DRAIN_POLL_MS = 20
/** Seconds after which the waiting page loads again. */
const RETRY_SECONDS = 2

export type Gate = {
  url: string
  /** Passes waiting and later requests on to the runtime at this URL. */
  open(target: string): void
  /** Lets later requests wait, and resolves when the earlier ones have their answers, after 5 s at the latest. */
  hold(): Promise<void>
  close(): void
}

type Options = { id: string; waitMs?: number }

/** Listens on a loopback port; held until `open`. `id`: answered at IDENTITY. @throws Error with code EADDRINUSE if the port is in use */
export async function startGate(port: number, { id, waitMs = WAIT_MS }: Options): Promise<Gate> {
  const state = { opened: Promise.withResolvers<string>(), running: 0, target: undefined as string | undefined }
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    if (incoming.url === IDENTITY) return void outgoing.end(id)
    const target =
      state.target ?? (await Promise.race([state.opened.promise, delay(waitMs, undefined, { ref: false })]))
    if (target === undefined) return sayWait(incoming, outgoing)
    state.running++
    outgoing.once('close', () => state.running--)
    pass(incoming, outgoing, target)
  }
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  await listening(server, port)
  const { port: own } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${own}`,
    open(target) {
      state.target = target
      state.opened.resolve(target)
    },
    async hold() {
      state.target = undefined
      state.opened = Promise.withResolvers<string>()
      for (const deadline = performance.now() + DRAIN_MS; state.running > 0 && performance.now() < deadline; )
        await delay(DRAIN_POLL_MS)
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })

/** Passes one request on unchanged, with its Host, so that the Worker sees the address that people typed. */
function pass(incoming: IncomingMessage, outgoing: ServerResponse, target: string): void {
  const { method, url, rawHeaders } = incoming
  const { hostname, port } = new URL(target)
  const inner = connect({ hostname, port, method, path: url, headers: rawHeaders, agent: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders)
    answer.on('error', () => outgoing.destroy()).pipe(outgoing)
  })
  inner.on('error', (error) => {
    if (outgoing.headersSent) return void outgoing.destroy()
    console.error(`${method} ${url} got no answer from the runtime: ${errorCode(error) ?? error.message}`)
    sayWait(incoming, outgoing)
  })
  outgoing.once('close', () => inner.destroy())
  incoming.pipe(inner)
}

const WAITING = 'The local server is starting or building a new version. Nothing is lost.'

/** 503 with a page that loads itself again, or a problem for programs. */
function sayWait({ method, headers }: IncomingMessage, outgoing: ServerResponse): void {
  const isPage = method === 'GET' && headers.accept?.includes('text/html') === true
  outgoing.writeHead(503, {
    'retry-after': String(RETRY_SECONDS),
    'cache-control': 'no-store',
    connection: 'close', // the body of the request was not read
    'content-type': isPage ? 'text/html; charset=utf-8' : 'application/problem+json',
  })
  outgoing.end(
    isPage
      ? `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${RETRY_SECONDS}"><title>One moment</title><h1>One moment</h1>
<p>${WAITING} This page loads again by itself.</p></html>`
      : JSON.stringify({ status: 503, title: 'Service unavailable', detail: WAITING }),
  )
}
