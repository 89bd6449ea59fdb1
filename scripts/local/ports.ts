import { createServer } from 'node:net'

/** Ports that `freePort` tries. */
const PORTS_TRIED = 20

/** Whether a server can listen on this loopback port. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** The first free port from `first` up. @throws Error if twenty ports are in use */
export async function freePort(first: number): Promise<number> {
  for (let port = first; port < first + PORTS_TRIED; port++) if (await isFree(port)) return port
  throw new Error(`Ports ${first} to ${first + PORTS_TRIED - 1} are all in use: name a free one with --port.`)
}

/** A free loopback port chosen by the system. */
export function anyPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(address)))
    })
  })
}
