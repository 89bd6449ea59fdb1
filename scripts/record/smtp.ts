/** A local SMTP server without TLS that accepts all mail and keeps commands and messages (RFC 5321). */

import { type AddressInfo, createServer, type Socket } from 'node:net'

type Transaction = { commands: string[]; message: Buffer }
type MailServer = {
  port: number
  /** Distinct greetings of connections, and the mails, since the last call. */
  take(): { greetings: string[]; mails: Transaction[] }
  close(): Promise<void>
}

const EHLO = ['250-mail.example.org', '250-PIPELINING', '250-SIZE 30000000', '250-8BITMIME', '250 AUTH PLAIN LOGIN']

export async function startMailServer(): Promise<MailServer> {
  const greetings = new Set<string>()
  let mails: Transaction[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {}) // clients may close without QUIT
    converse(socket, greetings, (mail) => mails.push(mail))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    take() {
      const taken = { greetings: [...greetings].toSorted(), mails }
      greetings.clear()
      mails = []
      return taken
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function converse(socket: Socket, greetings: Set<string>, keep: (mail: Transaction) => void): void {
  let pending = Buffer.alloc(0)
  let commands: string[] = []
  let inMessage = false
  const reply = (...lines: string[]) => socket.write(lines.map((line) => `${line}\r\n`).join(''))
  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'QUIT') return void socket.end('221 bye\r\n') // not recorded: when a client closes depends on real time
    commands.push(line)
    if (verb === 'EHLO') return reply(...EHLO)
    if (verb === 'AUTH') return reply('235 2.7.0 accepted')
    if (verb === 'MAIL' && commands.length > 1) {
      greetings.add(commands.slice(0, -1).join('\n'))
      commands = commands.slice(-1)
    }
    if (verb !== 'DATA') return reply('250 2.0.0 Ok')
    inMessage = true
    return reply('354 go on')
  }
  reply('220 mail.example.org ESMTP')
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      const end = pending.indexOf(inMessage ? '\r\n.\r\n' : '\r\n')
      if (end < 0) return
      const piece = pending.subarray(0, end)
      pending = pending.subarray(end + (inMessage ? 5 : 2))
      if (!inMessage) {
        command(piece.toString('utf8'))
        continue
      }
      keep({ commands, message: Buffer.concat([piece, Buffer.from('\r\n')]) })
      commands = []
      inMessage = false
      reply('250 2.0.0 Ok: queued as 00000001')
    }
  })
}
