import { concatenate } from '../kit/bytes.ts'
import { err, ok, type Result } from '../kit/result.ts'

/** Why a body could not be read: `cut` when the connection broke off, or when its chunks are wrong. */
export type BodyFault = 'too-large' | 'cut'

/** Reads the body of a request up to a limit, ignoring Content-Length. */
export async function readBounded(
  request: Request,
  maxBytes: number,
): Promise<Result<Uint8Array<ArrayBuffer>, BodyFault>> {
  if (request.body === null) return ok(new Uint8Array())
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) return err('too-large')
      chunks.push(chunk)
    }
  } catch {
    return err('cut') // reading a body fails for no other reason
  }
  return ok(concatenate(chunks))
}
