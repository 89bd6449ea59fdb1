/** Timeout of a request in milliseconds. */
const TIMEOUT_MS = 10_000
/** Maximum characters of a response: a certificate has about two thousand. */
const MAX_CHARS = 100_000

/**
 * Fetches a text over https, without following redirects. The caller must have checked the URL.
 * @throws Error on a failed request, a status other than 2xx, or a response that is too long.
 */
export async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!response.ok) throw new Error(`expected a 2xx response, got ${response.status}`)
  const text = await response.text()
  if (text.length > MAX_CHARS) throw new Error(`the response is longer than ${MAX_CHARS} characters`)
  return text
}
