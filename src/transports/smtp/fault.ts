export type FaultKind =
  | 'unreachable' // no connection came about
  | 'timeout'
  | 'closed'
  | 'tls' // the handshake failed: most often the certificate
  | 'protocol' // it answers, but not as a mail server does

/** A connection that cannot be used any more. The message says what the server did, without a subject and without addresses. */
export class ConnectionFault extends Error {
  readonly kind: FaultKind

  constructor(kind: FaultKind, message: string) {
    super(message)
    this.kind = kind
  }
}
