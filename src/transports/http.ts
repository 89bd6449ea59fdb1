/** Response of an HTTP API. `lost` says why there is none, so that it is unknown whether the provider took the call. */
export type Answer = { status: number; headers: Headers; body: string } | { lost: string }

/**
 * Maximum bytes of a response: the references of a full call are far fewer. A response with a Content-Length below is read at
 * once.
 */
const MAX_ANSWER_BYTES = 2_000_000

/**
 * Sends one request and reads the whole response. Never throws, retries or follows redirects: the ledger decides about retries.
 * A response that is too long counts as lost.
 */
export async function exchange(url: string | URL, request: RequestInit, timeoutMs: number): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await fetch(url, { ...request, redirect: 'manual', signal })
    const body = await readBody(response)
    return body === null
      ? { lost: 'the response is too long' }
      : { status: response.status, headers: response.headers, body }
  } catch (error) {
    return { lost: whyLost(error) }
  }
}

function whyLost(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection was lost'
  return error.name === 'TimeoutError' ? 'no response in time' : error.message
}

async function readBody(response: Response): Promise<string | null> {
  const { headers } = response
  const length = Number(headers.get('content-length') ?? Number.NaN)
  // A compressed or chunked response can be longer than its Content-Length (RFC 9112 §6.3).
  const isAsLong = !headers.has('content-encoding') && !headers.has('transfer-encoding')
  if (length <= MAX_ANSWER_BYTES && isAsLong) return response.text()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
