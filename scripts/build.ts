/** `npm run build`: builds the Worker as a deployment would, and fails if the bundle exceeds MAX_GZIP_BYTES. */

import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { errorMessage } from '../src/kit/result.ts'
import { bundle, bundlePath, root } from './local/bundle.ts'

/**
 * Compressed bytes that the bundle may have. The free plan allows 3,000,000, but every new isolate loads all of them. MJML, PDFKit and the font
 * of PDFs are two thirds of the bundle and run only when an e-mail or a PDF is made.
 */
const MAX_GZIP_BYTES = 1_260_000

try {
  await bundle()
  const size = gzipSync(readFileSync(bundlePath), { level: 9 }).length
  const sentence = `${relative(root, bundlePath)}: ${inKilobytes(size)} compressed of the ${inKilobytes(MAX_GZIP_BYTES)} allowed`
  if (size > MAX_GZIP_BYTES) throw new Error(`${sentence}. Find the cause before raising the limit.`)
  console.log(sentence)
} catch (error) {
  console.error(errorMessage(error))
  process.exitCode = 1
}

function inKilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000).toLocaleString('en')} kB`
}
