/** An SMTP server that accepts and discards all mail. Sends its port to the parent process and ends with the parent. */

import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData(stream, _session, done) {
    stream.on('end', () => done()).resume()
  },
})
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => process.send?.((server.server.address() as AddressInfo).port))
