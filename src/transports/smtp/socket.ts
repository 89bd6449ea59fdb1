import type { ByteStream, OpenStream } from './stream.ts'

const TRANSPORT = { implicit: 'on', starttls: 'starttls', none: 'off' } as const

/**
 * Opens a TCP connection. The platform checks certificates against the host name and browser-trusted authorities
 * (developers.cloudflare.com/workers/runtime-apis/tcp-sockets). The import is dynamic, because the module exists only in the
 * Workers runtime.
 */
export const openSocket: OpenStream = async ({ host, port, security }) => {
  const { connect } = await import('cloudflare:sockets')
  const socket = connect({ hostname: host, port }, { secureTransport: TRANSPORT[security], allowHalfOpen: false })
  socket.closed.catch(() => undefined) // reads and writes report the error
  await socket.opened
  return streamOf(socket)
}

function streamOf(socket: Socket): ByteStream {
  const reader: ReadableStreamDefaultReader<Uint8Array> = socket.readable.getReader()
  const writer: WritableStreamDefaultWriter<Uint8Array> = socket.writable.getWriter()
  return {
    async read() {
      const { value, done } = await reader.read()
      return done ? null : value
    },
    write: (bytes) => writer.write(bytes),
    async startTls() {
      reader.releaseLock()
      writer.releaseLock()
      const secure = socket.startTls()
      secure.closed.catch(() => undefined)
      await secure.opened
      return streamOf(secure)
    },
    close: () => socket.close().catch(() => undefined),
  }
}
