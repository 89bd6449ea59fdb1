/** How TLS is come by: from the first byte, by STARTTLS, or not at all, which only a loopback address may. */
export type Security = 'implicit' | 'starttls' | 'none'

export type Server = { host: string; port: number; security: Security }

/** A connection as bytes. Anything may reject when the connection is gone. */
export type ByteStream = {
  /** Whatever has arrived, at least one byte; null at the end. Never called while another read is under way. */
  read(): Promise<Uint8Array | null>
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** The same connection with TLS around it, the certificate checked against the host. This stream is not used again. */
  startTls(): Promise<ByteStream>
  /** Never rejects. */
  close(): Promise<void>
}

/** @throws Error when no connection comes about. */
export type OpenStream = (server: Server) => Promise<ByteStream>
