import { brotliCompressSync, constants } from 'node:zlib'
import { PAGE_HEADERS } from '../../src/campaigns/pages/routes.tsx'
import type { Settings } from '../../src/env.ts'
import { securityHeaders } from '../../src/web/security-headers.ts'

/** Most bytes of a page on a reader's connection: headers, style and text (DESIGN §6). */
export const MAX_WIRE_BYTES = 10_000
/** Bytes of the headers that Cloudflare's edge adds. */
const EDGE_HEADER_BYTES = 600
/** The quality at which Cloudflare compresses answers on their way. */
const BROTLI_QUALITY = 4

/** Bytes of a page as a reader's connection carries them, with the headers that the Worker and the edge set. */
export function wireBytes(page: string | Uint8Array, settings: Settings): number {
  const body = Buffer.from(page)
  const headers = {
    ...securityHeaders({ ...settings, publicUrl: 'https://act.example.org' }),
    ...PAGE_HEADERS,
    'content-type': 'text/html; charset=UTF-8',
    'content-encoding': 'br',
    'content-length': '10000',
  }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: body.length }
  const ours = 'HTTP/1.1 200 OK\r\n\r\n'.length + head.join('').length + brotliCompressSync(body, { params }).length
  return ours + EDGE_HEADER_BYTES
}
