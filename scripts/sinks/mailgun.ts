import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { answering, cut, type Fault, faultAfter, listen, type SinkCall } from './faults.ts'

/** Values of one call's form fields by name, in their order. A name may occur more than once. Files are separate. */
type Fields = ReadonlyMap<string, readonly string[]>
type File = { field: string; filename: string; contentType: string; content: Uint8Array }
type Variables = Readonly<Record<string, string>>

/**
 * One person's mail as Mailgun would merge it from the call. Merges only when a part is read, so that accepting a thousand recipients
 * costs no more than parsing.
 */
class MailgunMail {
  readonly to: string
  readonly #fields: Fields
  readonly #variables: Variables
  /** The `attachment` fields. */
  readonly attachments: readonly File[]

  constructor(to: string, fields: Fields, variables: Variables, files: readonly File[]) {
    this.to = to
    this.attachments = files.filter(({ field }) => field === 'attachment')
    this.#fields = fields
    this.#variables = variables
  }

  /** Bare addresses in Cc. */
  get cc(): string[] {
    return (this.#fields.get('cc') ?? []).flatMap(addresses).map(bare)
  }
  /** The bare address. */
  get address(): string {
    return bare(this.to)
  }
  get from(): string {
    return this.#merged('from')
  }
  get subject(): string {
    return this.#merged('subject')
  }
  get html(): string {
    return this.#merged('html')
  }
  get text(): string {
    return this.#merged('text')
  }
  /** The `h:` fields, without the prefix. */
  get headers(): Record<string, string> {
    return this.#prefixed('h:')
  }
  /** The `v:` fields, which Mailgun gives back in its events as `user-variables`. */
  get userVariables(): Record<string, string> {
    return this.#prefixed('v:')
  }
  /** The `o:` fields. */
  get options(): Record<string, string> {
    return this.#prefixed('o:')
  }

  #merged(name: string): string {
    return mergeVariables(this.#fields.get(name)?.at(-1) ?? '', this.#variables)
  }

  #prefixed(prefix: string): Record<string, string> {
    return Object.fromEntries(
      [...this.#fields.keys()].flatMap((name) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), this.#merged(name)]] : [],
      ),
    )
  }
}

export type MailgunSink = {
  url: string
  /** All accepted mails, in order. */
  mails: MailgunMail[]
  /** The copies for addresses in Cc. */
  copies: MailgunMail[]
  /** Number of recipients accepted so far, counted also with `keep: false`. */
  taken: number
  /** All received calls. Mailgun has no idempotency keys. */
  calls: SinkCall[]
  /** Chooses the fault of a call, by its number from 1; null for none. */
  fault: (call: number) => Fault | null
  /** The domain in the answer to `GET /v4/domains/{domain}`. */
  domain: Record<string, unknown>
  /** Whether the key is a sending key, which can only send. */
  sendingKeyOnly: boolean
  close(): Promise<void>
}

export const API_KEY = 'sink-mailgun-key'
export const DOMAIN = 'mg.example.org'
/** Vendor's limit for one call. */
const MAX_RECIPIENTS = 1_000
/** Vendor's limit for one message, attachments included: 25 MiB. */
const MAX_MESSAGE_BYTES = 25 * 1024 * 1024

/**
 * Starts a server with Mailgun's wire format (documentation.mailgun.com, Messages and Batch sending). Accepts mails before answering, and
 * accepts a repeated call twice, as Mailgun does. With `keep: false` mails are only counted.
 */
export async function startMailgunSink({ keep = true }: { keep?: boolean } = {}): Promise<MailgunSink> {
  const sink: Omit<MailgunSink, 'url' | 'close'> = {
    mails: [],
    copies: [],
    taken: 0,
    calls: [],
    fault: () => null,
    domain: { name: DOMAIN, state: 'active', type: 'custom', is_disabled: false },
    sendingKeyOnly: false,
  }

  const server = await listen(async (request, body, response) => {
    const answer = answering(response)
    const credentials = `Basic ${Buffer.from(`api:${API_KEY}`).toString('base64')}`
    if (request.headers.authorization !== credentials || (sink.sendingKeyOnly && request.method !== 'POST'))
      return answer(401, 'Forbidden')
    if (request.method === 'GET' && request.url === `/v4/domains/${DOMAIN}`) return answer(200, { domain: sink.domain })
    if (/^\/v4\/domains\//.test(request.url ?? '')) return answer(404, { message: 'Domain not found' })
    const domain = /^\/v3\/([^/]+)\/messages$/.exec(request.url ?? '')?.[1]
    if (request.method !== 'POST' || domain === undefined) return answer(200, 'Mailgun Magnificent API')
    if (domain !== DOMAIN) return answer(404, { message: `Domain not found: ${domain}` })

    const { fields, files } = formFields(request.headers['content-type'] ?? '', body)
    const recipients = (fields.get('to') ?? []).flatMap(addresses)
    const copied = (fields.get('cc') ?? []).flatMap(addresses)
    const hash = createHash('sha256').update(body).digest('hex')
    const call: SinkCall = { key: hash, hash, people: recipients.length, to: null }
    sink.calls.push(call)
    const fault = sink.fault(sink.calls.length)
    if (fault?.kind === 'status') {
      if (fault.afterMs !== undefined) await sleep(fault.afterMs)
      return answer(fault.status, fault.body, fault.headers)
    }
    if (fault?.kind === 'cut-before') return cut(response)

    for (const name of ['from', 'to', 'subject'])
      if (!fields.has(name)) return answer(400, { message: `'${name}' parameter is missing` })
    if (recipients.length > MAX_RECIPIENTS)
      return answer(400, { message: `too many recipients: ${recipients.length}, at most ${MAX_RECIPIENTS}` })
    if (body.length > MAX_MESSAGE_BYTES) return answer(413, { message: 'Request Entity Too Large' })
    if (recipients.some((recipient) => !ADDRESS.test(bare(recipient))))
      return answer(400, { message: "'to' parameter is not a valid address. please check documentation" })
    if (copied.some((one) => !ADDRESS.test(bare(one))))
      return answer(400, { message: "'cc' parameter is not a valid address. please check documentation" })
    const variables = variablesOf(fields)
    if (variables === null) return answer(400, { message: "'recipient-variables' parameter is not valid JSON" })

    sink.taken += recipients.length
    call.to = recipients.map(bare)
    if (keep)
      for (const to of recipients) sink.mails.push(new MailgunMail(to, fields, variables[bare(to)] ?? {}, files))
    // Each address in Cc gets one copy for each address in To, merged with the variables of the Cc address.
    if (keep)
      for (const to of recipients.flatMap(() => copied))
        sink.copies.push(new MailgunMail(to, fields, variables[bare(to)] ?? {}, files))
    if (await faultAfter(fault, response)) return
    answer(200, { id: `<${hash.slice(0, 24)}@${DOMAIN}>`, message: 'Queued. Thank you.' })
  })
  return Object.assign(sink, server)
}

const ADDRESS = /^[^\s@<>"(),:;]+@[^\s@<>"(),:;]+\.[^\s@<>"(),:;]+$/

/** Replaces `%recipient.name%` by its value in one pass, so that values are not replaced again. Unknown names stay. */
export const mergeVariables = (text: string, variables: Variables): string =>
  text.replace(/%recipient\.([^%\s]+)%/g, (whole, name: string) => variables[name] ?? whole)

/** The address in `"Name" <address>`. */
const bare = (recipient: string): string => /<([^<>]*)>\s*$/.exec(recipient)?.[1] ?? recipient.trim()

/** Splits a list of mailboxes at its commas, except commas in quoted names (RFC 5322 §3.4). */
const addresses = (list: string): string[] =>
  [...list.matchAll(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g)].map(([one]) => one.trim()).filter((one) => one !== '')

function variablesOf(fields: Fields): Record<string, Variables> | null {
  try {
    return JSON.parse(fields.get('recipient-variables')?.at(-1) ?? '{}')
  } catch {
    return null
  }
}

/** Parses multipart/form-data (RFC 7578) strictly: parts begin and end only where a line is the boundary. */
function formFields(contentType: string, body: Buffer): { fields: Fields; files: File[] } {
  const boundary = /^multipart\/form-data;\s*boundary="?([^";]+)"?/.exec(contentType)?.[1]
  const fields = new Map<string, string[]>()
  const files: File[] = []
  if (boundary === undefined) return { fields, files }
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  let start = delimiter.length - 2 // the first delimiter has no line break before it
  for (;;) {
    const end = body.indexOf(delimiter, start)
    if (end < 0) return { fields, files }
    const headEnd = body.indexOf('\r\n\r\n', start)
    const head = body.toString('utf8', start, headEnd)
    const name = / name="([^"]*)"/.exec(head)?.[1]
    if (headEnd < 0 || headEnd > end || name === undefined) return { fields, files }
    const filename = /; filename="([^"]*)"/.exec(head)?.[1]
    const type = /^Content-Type: (.*)$/m.exec(head)?.[1] ?? 'application/octet-stream'
    if (filename === undefined) fields.set(name, [...(fields.get(name) ?? []), body.toString('utf8', headEnd + 4, end)])
    else files.push({ field: name, filename, contentType: type, content: body.subarray(headEnd + 4, end) })
    start = end + delimiter.length
  }
}
