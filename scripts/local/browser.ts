/** A browser with its own IP address. Stores no cookies, since no page sets any. */
export type Visitor = {
  /** Client address in the header CF-Connecting-IP, which Cloudflare's edge sets. */
  ip: string
  languages?: string
  /** Sends a request: over the network by default, or to an app in the same process. */
  fetch?(request: Request): Promise<Response>
}

type Init = RequestInit & { headers?: Record<string, string> }

/** Sends one request with the headers of a browser. */
export function ask(
  { ip, languages, fetch: send = fetch }: Visitor,
  url: string | URL,
  init: Init = {},
): Promise<Response> {
  const headers = {
    accept: 'text/html',
    'cf-connecting-ip': ip,
    ...(languages !== undefined && { 'accept-language': languages }),
    ...init.headers,
  }
  return send(new Request(url, { ...init, headers }))
}

/** Sends a form as a page of the same site would. */
export const askByForm = (
  visitor: Visitor,
  url: string | URL,
  form: URLSearchParams,
  init: Init = {},
): Promise<Response> =>
  ask(visitor, url, {
    method: 'POST',
    ...init,
    body: form,
    headers: { origin: new URL(url).origin, ...init.headers },
  })
