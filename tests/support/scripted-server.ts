import { type AddressInfo, createServer, type Socket } from 'node:net'

/** One connection of a server that can break the protocol. */
export type Talk = {
  say(text: string): void
  /** The next line of the client, without its line break. Rejects once the client has disconnected. */
  readLine(): Promise<string>
  /** The lines up to a line with a single dot, without that line. */
  readMessage(): Promise<string[]>
  cut(): void
  /** Reads without answering until the client disconnects; then rejects. */
  hang(): Promise<void>
}

/** Plays a server up to the message: 220, 250 with these extensions to EHLO, then 250, 250 and 354 to MAIL, RCPT and DATA. */
export async function upToMessage(talk: Talk, extensions = 'PIPELINING'): Promise<void> {
  await upToMail(talk, extensions)
  await envelope(talk)
}

export async function upToMail(talk: Talk, extensions = 'PIPELINING'): Promise<void> {
  talk.say('220 ready\r\n')
  await talk.readLine()
  talk.say(`250-here\r\n250 ${extensions}\r\n`)
}

export async function envelope(talk: Talk): Promise<void> {
  for (const answer of ['250 ok', '250 ok', '354 go on']) {
    await talk.readLine()
    talk.say(`${answer}\r\n`)
  }
}

/** Starts a server without a protocol of its own: `script` handles each connection, numbered from 0. */
export async function startScript(script: (talk: Talk, connection: number) => Promise<void>) {
  const sockets = new Set<Socket>()
  const received: string[] = []
  let connections = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    const lines: string[] = []
    let rest = ''
    let wake = () => {}
    let isGone = false
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1')
      const parts = rest.split('\r\n')
      rest = parts.pop() ?? ''
      lines.push(...parts)
      received.push(...parts)
      wake()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      isGone = true
      sockets.delete(socket)
      wake()
    })
    const readLine = async (): Promise<string> => {
      for (;;) {
        const line = lines.shift()
        if (line !== undefined) return line
        if (isGone) throw new Error('the client is gone')
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
    const talk: Talk = {
      say: (text) => void socket.write(text, 'latin1'),
      readLine,
      async readMessage() {
        const message: string[] = []
        for (;;) {
          const line = await readLine()
          if (line === '.') return message
          message.push(line)
        }
      },
      cut: () => void socket.destroy(),
      async hang() {
        for (;;) await readLine()
      },
    }
    script(talk, connections++).catch(() => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    /** All lines received from all clients. */
    received,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
