/**
 * `npm run build`: builds the Worker with and without the example campaigns, and says the size of both. Fails if the one that is deployed,
 * without them, exceeds MAX_GZIP_BYTES.
 */

import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { errorMessage } from '../src/kit/result.ts'
import { bundle, bundlePath, makeContent, root } from './local/bundle.ts'

/**
 * Compressed bytes that the bundle may have. The free plan allows 3,000,000, but every new isolate loads all of them. MJML, PDFKit and the font
 * of PDFs are two thirds of the bundle and run only when an e-mail or a PDF is made.
 */
const MAX_GZIP_BYTES = 1_250_000

try {
  const deployed = join('dist', 'without-examples')
  await makeContent({ examples: false })
  await bundle({ outdir: deployed, content: 'made' })
  await bundle() // last, so that the generated modules hold the examples again
  const size = sizeOf(join(root, deployed, 'worker.js'))
  const sentence = `The Worker, as \`npm run deploy\` deploys it: ${inKilobytes(size)} compressed of the ${inKilobytes(MAX_GZIP_BYTES)} allowed`
  if (size > MAX_GZIP_BYTES) throw new Error(`${sentence}. Find the cause before raising the limit.`)
  console.log(sentence)
  console.log(`${relative(root, bundlePath)}, with the example campaigns: ${inKilobytes(sizeOf(bundlePath))}`)
} catch (error) {
  console.error(errorMessage(error))
  process.exitCode = 1
}

/** Compressed bytes of a bundle. */
function sizeOf(path: string): number {
  return gzipSync(readFileSync(path), { level: 9 }).length
}

function inKilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000).toLocaleString('en')} kB`
}
