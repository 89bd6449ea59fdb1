/** A browser of its own address, and without a memory: nothing here sets a cookie. */
export type Visitor = {
  /** What the edge of the network would tell the Worker. */
  ip: string
  languages?: string
  /** How a request gets to the site: over the network by default, or into an app in the same process. */
  fetch?(request: Request): Promise<Response>
}

type Init = RequestInit & { headers?: Record<string, string> }

/** One request as a browser makes it. */
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

/** What a form of a page of the same site sends. */
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
