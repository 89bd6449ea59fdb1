/** A load generator over kept-alive connections that reads and writes bytes. A client library would be slower than the server. */

import { connect, type Socket } from 'node:net'

const CONNECTIONS = 8
const END_OF_HEAD = '\r\n\r\n'

type Load = { perSecond: number; bytes: number }

/** Answered requests per second, and bytes per answer. `next`: the bytes of request n. @throws Error on a status other than `expected` */
export async function load(url: string, next: (n: number) => string, seconds: number, expected: number): Promise<Load> {
  const { hostname, port } = new URL(url)
  const until = performance.now() + seconds * 1_000
  let sent = 0
  let answered = 0
  let bytes = 0
  const began = performance.now()
  const worker = async () => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    const reader = answers(socket)
    while (performance.now() < until) {
      socket.write(next(sent++))
      const { value } = await reader.next()
      if (value === undefined || value.status !== expected)
        throw new Error(`${url} answered ${value?.status}, expected ${expected}`)
      answered++
      bytes += value.bytes
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  return { perSecond: (answered * 1_000) / (performance.now() - began), bytes: bytes / answered }
}

/** Splits the bytes of a connection into answers, with Content-Length or in chunks (RFC 9112 §6). */
async function* answers(socket: Socket): AsyncGenerator<{ status: number; bytes: number }> {
  let held = ''
  const ends = () => {
    const head = held.indexOf(END_OF_HEAD)
    if (head === -1) return -1
    const body = head + END_OF_HEAD.length
    const [, length] = /^content-length: (\d+)/im.exec(held.slice(0, head)) ?? []
    if (length !== undefined) return held.length >= body + Number(length) ? body + Number(length) : -1
    const last = held.indexOf('0\r\n\r\n', body)
    return last === -1 ? -1 : last + 5
  }
  socket.setEncoding('latin1')
  for await (const chunk of socket) {
    held += chunk
    for (let end = ends(); end !== -1; end = ends()) {
      yield { status: Number(held.slice(9, 12)), bytes: end }
      held = held.slice(end)
    }
  }
}
