import { concatenate } from '../kit/bytes.ts'

/** Reads the body of a request up to a limit, ignoring Content-Length. Null when the body is longer. */
export async function readBounded(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (request.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return null
    chunks.push(chunk)
  }
  return concatenate(chunks)
}
