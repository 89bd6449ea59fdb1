import type { IncomingHttpHeaders } from 'node:http'
import { answering, cut, type Fault, faultAfter, listen } from '../../scripts/sinks/faults.ts'

export type SinkRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: string }
/** A sink's answer. `half` replaces `body` when a `half-after` fault cuts the answer short. */
export type SinkAnswer = { status: number; body: unknown; headers?: Record<string, string>; half?: unknown }

/** Starts a loopback server that answers each request with `provider`, unless `faultOf` returns a fault for the request. */
export const startHttpSink = (
  provider: (request: SinkRequest) => SinkAnswer,
  faultOf: (request: SinkRequest) => Fault | null,
): Promise<{ url: string; close(): Promise<void> }> =>
  listen(async (request, bytes, response) => {
    const { method = '', url = '', headers } = request
    const call = { method, path: url, headers, body: bytes.toString('utf8') }
    const answer = answering(response)
    const fault = faultOf(call)
    if (fault?.kind === 'status') return answer(fault.status, fault.body, fault.headers)
    if (fault?.kind === 'cut-before') return cut(response)
    const complete = provider(call)
    if (await faultAfter(fault, response)) return
    answer(complete.status, fault?.kind === 'half-after' ? complete.half : complete.body, complete.headers)
  })
