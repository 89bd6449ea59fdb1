export type FaultKind =
  | 'unreachable' // the connection could not be opened
  | 'timeout'
  | 'closed'
  | 'tls' // the handshake failed: most often the certificate
  | 'protocol' // the replies are not valid SMTP

/** Thrown when a connection is unusable. The message is a predicate about the server, without a subject and without addresses. */
export class ConnectionFault extends Error {
  readonly kind: FaultKind

  constructor(kind: FaultKind, message: string) {
    super(message)
    this.kind = kind
  }
}
