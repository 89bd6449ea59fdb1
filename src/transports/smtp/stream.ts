/** How TLS starts: from the first byte, by STARTTLS, or not at all, which is allowed only for loopback addresses. */
type Security = 'implicit' | 'starttls' | 'none'

export type Server = { host: string; port: number; security: Security }

/** A connection as bytes. All methods may reject when the connection is lost. */
export type ByteStream = {
  /** Received bytes, at least one; null at the end. Reads must not overlap. */
  read(): Promise<Uint8Array | null>
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** The connection with TLS, its certificate checked against the host. The original stream must not be used afterwards. */
  startTls(): Promise<ByteStream>
  /** Never rejects. */
  close(): Promise<void>
}

/**
 * Opens a connection to a server.
 * @throws Error when the connection cannot be opened.
 */
export type OpenStream = (server: Server) => Promise<ByteStream>
