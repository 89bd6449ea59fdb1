import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import type { FuzzRequest } from './requests.ts'

/** An answer, or why there was none. */
export type FuzzAnswer = { status: number; headers: IncomingHttpHeaders; text: string } | { lost: string }

/** Milliseconds in which every request must be answered. Many of them run at once on a busy machine. */
const ANSWERED_WITHIN_MS = 20_000
/** Milliseconds after which a stream of events is left. */
const STREAM_MS = 100
/** Most characters that are kept of an answer. */
const KEPT_CHARS = 200_000

/** Sends one request and reads its answer. A cut body announces one byte more than it has, and then the connection ends. */
export const send = (url: string, { method, path, headers, body, cut }: FuzzRequest): Promise<FuzzAnswer> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url)
    const length = body === null ? {} : { 'content-length': String(body.length + (cut ? 1 : 0)) }
    const encoded = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
    )
    const sent = httpRequest({ hostname, port, method, path, headers: { ...encoded, ...length }, agent: false })
    const end = (answer: FuzzAnswer) => {
      clearTimeout(late)
      sent.destroy()
      resolve(answer)
    }
    const late = setTimeout(
      () => end({ lost: `no answer in ${ANSWERED_WITHIN_MS / 1_000} seconds` }),
      ANSWERED_WITHIN_MS,
    )
    sent.on('error', (error) => end({ lost: `${'code' in error ? error.code : ''} ${error.message}`.trim() }))
    sent.on('response', (response) => {
      let text = ''
      const done = () => end({ status: response.statusCode ?? 0, headers: response.headers, text })
      if (response.headers['content-type'] === 'text/event-stream') setTimeout(done, STREAM_MS)
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        if (text.length < KEPT_CHARS) text += part
      })
      response.on('end', done)
      response.on('error', done)
    })
    if (body === null) sent.end()
    else if (!cut) sent.end(body)
    else sent.write(body, () => sent.socket?.end())
  })
