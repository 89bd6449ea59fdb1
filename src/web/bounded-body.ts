import { concatenate } from '../kit/bytes.ts'

/** Reading a request's body up to a limit, whatever Content-Length says. Null when there is more of it. */
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
