import type { FuzzRequest } from './requests.ts'
import type { FuzzAnswer } from './send.ts'

/** Bytes of a body from which the server may close the connection before it has read all of it. */
const LARGE_BODY = 60_000
/** Headers of every answer. */
const ALWAYS = ['content-security-policy', 'x-content-type-options', 'referrer-policy']
/** Problems with status 503 that a documented state of the deployment causes. */
const DOCUMENTED_503 = ['Webhook not configured', 'Signature could not be verified']

/** What is wrong with an answer, whatever the request was. */
export function faultsOf(request: FuzzRequest, answer: FuzzAnswer): string[] {
  if ('lost' in answer) {
    const isEarlyEnd = /ECONNRESET|EPIPE|socket hang up/.test(answer.lost)
    const mayEnd = request.cut || (request.body?.length ?? 0) > LARGE_BODY
    return isEarlyEnd && mayEnd ? [] : [`was not answered: ${answer.lost}`]
  }
  const { status, headers, text } = answer
  const isDocumented = status === 503 && DOCUMENTED_503.some((title) => text.includes(title))
  return [
    ...(status >= 500 && !isDocumented ? [`status ${status}`] : []),
    ...(status < 500 ? ALWAYS.filter((name) => headers[name] === undefined).map((name) => `no ${name}`) : []),
    ...(status === 405 && headers.allow === undefined ? ['405 without Allow'] : []),
    ...(headers['x-injected'] === undefined ? [] : ['an injected header']),
    ...(/^\/[/\\]|^\w+:/.test(headers.location ?? '') && !isOwn(headers.location ?? '')
      ? ['leads to another site']
      : []),
    ...(isHtml(headers['content-type']) && text.includes('<fuzz-tag') ? ['shows a typed tag as markup'] : []),
    ...(/\bat .+\.(ts|js):\d+:\d+/.test(text) ? ['shows a stack'] : []),
  ]
}

const isHtml = (type: string | undefined): boolean => type?.startsWith('text/html') ?? false
const isOwn = (location: string): boolean => /^https?:\/\/(127\.0\.0\.1|localhost)[:/]/.test(location)

/** The request as a command, for people who want to repeat it. */
export function asCurl(url: string, { method, path, headers, body, cut }: FuzzRequest): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  const given = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)
  const data = body === null ? [] : [`--data-binary ${quoted(body.toString('utf8').slice(0, 500))}`]
  const note = [cut ? 'the body was cut' : '', (body?.length ?? 0) > 500 ? `the body has ${body?.length} bytes` : '']
  return [
    `curl -i --path-as-is -X ${method}`,
    ...given,
    ...data,
    quoted(url + path),
    ...note.filter(Boolean).map((text) => `# ${text}`),
  ].join(' ')
}
