/** An HTTP/1.1 client that returns raw answers: original headers, no redirects followed, nothing decompressed. */

import { Agent, request } from 'node:http'
import { isPdf, pdfAsText } from './pdf.ts'

export type Ask = {
  method?: string // default GET
  path: string
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
  ip?: string // client address for limits; default: another one for each request
}

export type Answer = {
  status: number
  reason: string
  headers: ReadonlyArray<readonly [name: string, value: string]>
  body: Buffer // a PDF as text (pdf.ts)
}

/** Milliseconds without a byte after which a request has failed. */
const TIMEOUT_MS = 60_000

export const headerOf = ({ headers }: Answer, name: string): string | undefined =>
  headers.find(([known]) => known.toLowerCase() === name)?.[1]

export const textOf = ({ body }: Answer): string => body.toString('utf8')

/** A client of a local port. `host`: the Host header of every request. */
export function client(port: number, host: string) {
  const agent = new Agent({ keepAlive: true })
  let sent = 0
  const asIs = ({ method = 'GET', path, headers = {}, body, ip = addressOf(sent++) }: Ask): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const call = request(
        {
          agent,
          port,
          host: '127.0.0.1',
          method,
          path,
          headers: { host, 'cf-connecting-ip': ip, ...length, ...headers },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const { statusCode = 0, statusMessage = '', rawHeaders } = response
            const names = rawHeaders.filter((_, n) => n % 2 === 0)
            resolve({
              status: statusCode,
              reason: statusMessage,
              headers: names.map((name, n) => [name, rawHeaders[2 * n + 1] ?? ''] as const),
              body: Buffer.concat(chunks),
            })
          })
        },
      )
      call.setTimeout(TIMEOUT_MS, () =>
        call.destroy(new Error(`no answer to ${method} ${path} within ${TIMEOUT_MS / 1_000} s`)),
      )
      call.on('error', reject)
      call.end(body)
    })
  const ask = async (request: Ask): Promise<Answer> => {
    const answer = await asIs(request)
    if (answer.status === PARTIAL) return { ...answer, body: Buffer.from(`[${answer.body.length} bytes of a range]`) }
    return isPdf(answer.body) ? { ...answer, body: await pdfAsText(answer.body) } : answer
  }
  return { ask, close: () => agent.destroy() }
}
export type Client = ReturnType<typeof client>

/** Status of an answer with a range of bytes (RFC 9110 §15.3.7). */
const PARTIAL = 206

/** Private address number n (RFC 1918), of 65,536. Each is in a network of its own, because confirmations are rationed by network. */
const addressOf = (n: number): string => `10.${(n >> 8) & 255}.${n & 255}.1`
