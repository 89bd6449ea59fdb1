/** `npm run build`: the Worker as it would be deployed, and whether it is small enough to start fast. */

import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bundle, bundlePath, root } from './local/bundle.ts'

/**
 * Bytes, compressed. Two thirds of what the free plan takes: every new isolate has to load all of it. MJML, PDFKit and the font of PDFs, which
 * are two thirds of it, run only when an e-mail or a PDF is made.
 */
const MAX_GZIP_BYTES = 2_000_000

try {
  await bundle()
  const size = gzipSync(readFileSync(bundlePath), { level: 9 }).length
  const sentence = `${relative(root, bundlePath)}: ${inKilobytes(size)} compressed of the ${inKilobytes(MAX_GZIP_BYTES)} allowed`
  if (size > MAX_GZIP_BYTES) throw new Error(`${sentence}. Find what grew before raising the limit.`)
  console.log(sentence)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function inKilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000).toLocaleString('en')} kB`
}
