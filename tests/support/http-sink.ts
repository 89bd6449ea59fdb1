import type { IncomingHttpHeaders } from 'node:http'
import { answering, cut, type Fault, faultAfter, listen } from '../../scripts/sinks/faults.ts'

export type Asked = { method: string; path: string; headers: IncomingHttpHeaders; body: string }
/** A sink's answer. `half` replaces `body` when a `half-after` fault cuts the answer short. */
export type Answered = { status: number; body: unknown; headers?: Record<string, string>; half?: unknown }

/** Starts a loopback server that answers each request with `provider`, unless `faultOf` returns a fault for the request. */
export const startHttpSink = (
  provider: (asked: Asked) => Answered,
  faultOf: (asked: Asked) => Fault | null,
): Promise<{ url: string; close(): Promise<void> }> =>
  listen(async (request, bytes, response) => {
    const { method = '', url = '', headers } = request
    const asked = { method, path: url, headers, body: bytes.toString('utf8') }
    const answer = answering(response)
    const fault = faultOf(asked)
    if (fault?.kind === 'status') return answer(fault.status, fault.body, fault.headers)
    if (fault?.kind === 'cut-before') return cut(response)
    const said = provider(asked)
    if (await faultAfter(fault, response)) return
    answer(said.status, fault?.kind === 'half-after' ? said.half : said.body, said.headers)
  })
