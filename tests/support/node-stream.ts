import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ByteStream, OpenStream } from '../../src/transports/smtp/stream.ts'
import { CA } from './certificates.ts'

/** Opens SMTP connections over Node's sockets. Certificates are checked against the tests' own authority only. */
export const openNodeStream: OpenStream = async ({ host, port, security }) => {
  if (security === 'implicit') return secured(connectTls({ host, port, ca: CA, servername: host }), host)
  const socket = connectTcp({ host, port, noDelay: true })
  await happens(socket, 'connect')
  return streamOf(socket, host)
}

async function secured(socket: ReturnType<typeof connectTls>, host: string): Promise<ByteStream> {
  await happens(socket, 'secureConnect')
  return streamOf(socket, host)
}

const happens = (socket: Socket, event: string) =>
  new Promise<void>((resolve, reject) => socket.once(event, () => resolve()).once('error', reject))

function streamOf(socket: Socket, host: string): ByteStream {
  socket.on('error', () => undefined)
  const next = () =>
    new Promise<Uint8Array | null>((resolve, reject) => {
      const look = () => {
        const chunk: Buffer | null = socket.read()
        if (chunk !== null) done(() => resolve(new Uint8Array(chunk)))
      }
      const ended = () => done(() => resolve(null))
      const failed = (error: Error) => done(() => reject(error))
      const done = (settle: () => void) => {
        socket.off('readable', look).off('end', ended).off('close', ended).off('error', failed)
        settle()
      }
      if (socket.destroyed || socket.readableEnded) return resolve(null)
      socket.on('readable', look).on('end', ended).on('close', ended).on('error', failed)
      look()
    })
  return {
    read: next,
    write: (bytes) =>
      new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(error) : resolve()))),
    startTls() {
      socket.removeAllListeners('readable')
      return secured(connectTls({ socket, ca: CA, servername: host }), host)
    },
    async close() {
      socket.destroy()
    },
  }
}
