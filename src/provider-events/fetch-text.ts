/** Milliseconds that fetching a certificate, or confirming a subscription, may take. */
const TIMEOUT_MS = 10_000
/** Characters of what is fetched: a certificate has about two thousand. */
const MAX_CHARS = 100_000

/** A text over https, without following redirects: whoever asks has looked at the address. @throws Error when there is none. */
export async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!response.ok) throw new Error(`answered ${response.status}`)
  const text = await response.text()
  if (text.length > MAX_CHARS) throw new Error(`answered more than ${MAX_CHARS} characters`)
  return text
}
