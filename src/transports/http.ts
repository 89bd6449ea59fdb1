/** What an HTTP API answered, or why nobody knows whether it took what it was sent. */
export type Answer = { status: number; headers: Headers; body: string } | { lost: string }

/** Bytes of an answer that are read: the references of a full call are far below. One that tells its length is read as one. */
const MAX_ANSWER_BYTES = 2_000_000

/**
 * One request and its whole answer. Never throws, never repeats and follows no redirect: what happens after a lost answer is for
 * the ledger to decide. An answer that is too long counts as lost.
 */
export async function exchange(url: string | URL, request: RequestInit, timeoutMs: number): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await fetch(url, { ...request, redirect: 'manual', signal })
    const body = await readBody(response)
    return body === null
      ? { lost: 'answered too much to read' }
      : { status: response.status, headers: response.headers, body }
  } catch (error) {
    return { lost: whyLost(error) }
  }
}

function whyLost(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection was lost'
  return error.name === 'TimeoutError' ? 'no answer in time' : error.message
}

async function readBody(response: Response): Promise<string | null> {
  const { headers } = response
  const length = Number(headers.get('content-length') ?? Number.NaN)
  // Compressed or in chunks, an answer can be longer than it says (RFC 9112 §6.3).
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
