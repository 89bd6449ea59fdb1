import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/**
 * The Idempotency-Key of a file with these options, as SHA-256 in hexadecimal. The same file and options give the same import, so running
 * a command twice sends no second confirmation mail.
 */
export async function importKey(path: string, format: string, options: URLSearchParams): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk)
  const sorted = new URLSearchParams(options)
  sorted.sort()
  return createHash('sha256').update(`${format}?${sorted}\n`).update(hash.digest()).digest('hex')
}
