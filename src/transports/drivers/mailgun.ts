import * as z from 'zod'
import type { Mailbox, Recipient } from '../../emails/message.ts'
import type { Template } from '../../emails/template/template.ts'
import { sha256Hex, toBase64, utf8 } from '../../kit/bytes.ts'
import { isLoopback } from '../../kit/loopback.ts'
import { parseJson } from '../../kit/parse-json.ts'
import { requiredText, webAddress } from '../../kit/settings.ts'
import { defineDriver } from '../driver.ts'
import { type Answer, exchange } from '../http.ts'
import { formData } from '../merge/form-data.ts'
import { rememberingLast } from '../merge/json.ts'
import { type Placeholders, type ProviderTemplate, withPlaceholders } from '../merge/placeholders.ts'
import { attachmentsOf } from '../mime/attachments.ts'
import { ccOf } from '../mime/cc.ts'
import { formatMailbox, oneLine } from '../mime/mailbox.ts'
import { refusalOf, waitOf } from '../responses/mailgun-responses.ts'
import type { AccountCheck, Batch, Limits, Transport } from '../transport.ts'

/** Maximum recipients per call (vendor's limit). */
const MAX_BATCH = 1_000
/** Calls per second. Mailgun publishes no figure and responds with 429 above its limit. */
const CALLS_PER_SECOND = 10
/** Milliseconds to wait for a response; after that the outcome is unknown. */
const TIMEOUT_MS = 60_000

/**
 * Mailgun's variables: `%recipient.name%`, and its own for unsubscribing. A per cent sign that could begin one is sent as a
 * variable, also where an adjacent slot could complete it.
 */
export const RECIPIENT_VARIABLES: Placeholders = {
  refer: (variable) => `%recipient.${variable}%`,
  marks: /%(?=recipient|unsubscribe|tag_unsubscribe|mailing_list)|%$|^recipient/gi,
}

const accepted = z.object({ id: z.string(), message: z.string().startsWith('Queued') })
const known = z.object({
  domain: z.object({ state: z.string(), type: z.string().default(''), is_disabled: z.boolean().default(false) }),
})

type MailgunAccount = { url: string; domain: string; apiKey: string; recipientsPerCall?: number }

/**
 * Transport for Mailgun: one template and all recipients' variables per call, without idempotency keys
 * (https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/batch-sending).
 */
export function mailgun(account: MailgunAccount, limits: Limits, timeoutMs = TIMEOUT_MS): Transport {
  const authorization = `Basic ${toBase64(utf8(`api:${account.apiKey}`))}`
  const messages = `${account.url}/v3/${account.domain}/messages`
  const post = (body: Uint8Array<ArrayBuffer>, contentType: string) =>
    exchange(messages, { method: 'POST', headers: { authorization, 'content-type': contentType }, body }, timeoutMs)
  return {
    ...limits,
    name: 'mailgun',
    maxBatch: Math.min(MAX_BATCH, account.recipientsPerCall ?? MAX_BATCH),
    idempotencySeconds: 0,
    captive: isLoopback(account.url),

    account: () => sha256Hex(`mailgun ${account.url} ${account.domain} ${account.apiKey}`),

    async compose(batch) {
      const { body, contentType } = formData(fieldsOf(batch), attachmentsOf(batch), 'attachment')
      return { body, contentType, people: batch.recipients.length }
    },

    async send(call) {
      const answer = await post(call.body, call.contentType ?? '')
      if ('lost' in answer) return { kind: 'unknown', reason: answer.lost }
      if (answer.status === 200) {
        const taken = accepted.safeParse(parseJson(answer.body))
        return taken.success
          ? { kind: 'accepted', reference: taken.data.id }
          : { kind: 'unknown', reason: 'answered 200 with a body that cannot be read' }
      }
      const refusal = refusalOf(answer.status, answer.body, waitOf(answer.headers, answer.body))
      return refusal === undefined
        ? { kind: 'unknown', reason: `answered ${answer.status}` }
        : { kind: 'refused', ...refusal }
    },

    /** Checks the sending domain (documentation.mailgun.com, Domains: get a domain). */
    async check(sender) {
      const url = `${account.url}/v4/domains/${account.domain}`
      const answer = await exchange(url, { headers: { authorization } }, timeoutMs)
      if ('lost' in answer) return { ok: false, message: whyNot(answer) }
      if (answer.status === 200) return readDomain(answer.body, account.domain, sender)
      // A sending key can only send. A message without fields is refused for its content only after the key is accepted.
      const { body, contentType } = formData([])
      const asked = await post(body, contentType)
      if (!('lost' in asked) && asked.status === 400 && asked.body.includes('is missing'))
        return { ok: true, message: 'the key may send; its rights do not include checking the domain' }
      return { ok: false, message: whyNot('lost' in asked ? answer : asked) }
    },
  }
}

export const driver = defineDriver({
  name: 'mailgun',
  settings: z.object({
    MAILGUN_URL: webAddress('Mailgun’s API address').default('https://api.mailgun.net'),
    MAILGUN_DOMAIN: requiredText('the sending domain as Mailgun lists it, such as mg.example.org').regex(
      /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i,
      'is malformed: expected a domain such as mg.example.org',
    ),
    MAILGUN_API_KEY: requiredText('an API key, best a sending key of that domain'),
    MAILGUN_RECIPIENTS_PER_CALL: z.coerce
      .number({ error: 'must be a number' })
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(MAX_BATCH, `must be at most ${MAX_BATCH}`)
      .default(MAX_BATCH),
  }),
  callsPerSecond: CALLS_PER_SECOND,
  make: (set, { limits }) =>
    mailgun(
      {
        url: set.MAILGUN_URL,
        domain: set.MAILGUN_DOMAIN.toLowerCase(),
        apiKey: set.MAILGUN_API_KEY,
        recipientsPerCall: set.MAILGUN_RECIPIENTS_PER_CALL,
      },
      limits,
    ),
})

const templates = new WeakMap<Template, ProviderTemplate>()

function inMailgunsWords(template: Template): ProviderTemplate {
  const made = templates.get(template) ?? withPlaceholders(template, RECIPIENT_VARIABLES)
  templates.set(template, made)
  return made
}

/** A variable's name and its value for each recipient, in order. */
type MailgunColumn = { name: string; values: string[] }
type Field = [name: string, value: string]

function fieldsOf(batch: Batch): Field[] {
  const { template, recipients, from, replyTo, headers, tag } = batch
  const cc = ccOf(batch)
  const { subject, html, text, fields } = inMailgunsWords(template)
  const columns: MailgunColumn[] = []
  let parts = [oneLine(subject), text, html]
  for (const { name, write } of fields) {
    const values = recipients.map((one) => write(one.values))
    const same = columns.find((column) => areEqual(column.values, values))
    // Text and HTML share links: reusing the variable makes a call a third smaller.
    if (same) parts = parts.map((part) => part.replaceAll(referTo(name), referTo(same.name)))
    else columns.push({ name, values })
  }
  const own = headersOf(recipients, columns)
  columns.push({ name: 'id', values: recipients.map(({ messageId }) => messageId) })
  const [inSubject = '', inText = '', inHtml = ''] = parts
  return [
    ['from', formatMailbox(from)],
    ['to', inOneField(recipients.map(({ to }) => to))],
    ...(cc.length > 0 ? [['cc', inOneField(cc)] as Field] : []),
    ['subject', inSubject],
    ['text', inText],
    ['html', inHtml],
    ['h:Message-Id', `<${referTo('id')}>`],
    ...(replyTo ? [['h:Reply-To', formatMailbox(replyTo)] as Field] : []),
    ...Object.entries(headers).map(([name, value]): Field => [`h:${name}`, oneLine(value)]),
    ...own,
    ...(tag === undefined ? [] : [['v:dispatch', tag] as Field]),
    ['o:tracking', 'no'],
    ['o:tracking-clicks', 'no'],
    ['o:tracking-opens', 'no'],
    ['recipient-variables', variablesOf(recipients, cc, columns)],
  ]
}

const referTo = RECIPIENT_VARIABLES.refer

const areEqual = (some: readonly string[], others: readonly string[]): boolean =>
  some.every((value, i) => value === others[i])

const inOneField = (mailboxes: readonly Mailbox[]): string =>
  mailboxes.map((one) => formatMailbox(withoutPercent(one))).join(', ')

/** Removes per cent signs from a name, because Mailgun reads variables in `To` too. */
const withoutPercent = (to: Mailbox): Mailbox =>
  to.name?.includes('%') ? { ...to, name: to.name.replaceAll('%', ' ') } : to

/** Recipients' own headers: literal if equal for all, else as variables, which are added to `columns`. */
function headersOf(recipients: readonly Recipient[], columns: MailgunColumn[]): Field[] {
  const names = new Set(recipients.flatMap(({ headers }) => Object.keys(headers)))
  return [...names].map((name) => {
    const values = recipients.map(({ headers }) => headers[name] ?? '')
    const [first = ''] = values
    if (values.every((value) => value === first)) return [`h:${name}`, oneLine(first)]
    const isLink = values.every((value) => value.startsWith('<') && value.endsWith('>'))
    const links = isLink ? values.map((value) => value.slice(1, -1)) : []
    const link = isLink && columns.find((column) => areEqual(column.values, links))
    if (link) return [`h:${name}`, `<${referTo(link.name)}>`]
    const column = { name: `h${columns.length}`, values: values.map(oneLine) }
    columns.push(column)
    return [`h:${name}`, referTo(column.name)]
  })
}

/**
 * Recipient variables as JSON `{"address":{"name":"value",…},…}`, joined by hand, which is several times faster. A Cc recipient
 * gets a copy merged with their own variables (github.com/mailgun/mailgun-php/issues/17): those of the To recipient.
 */
function variablesOf(
  recipients: readonly Recipient[],
  cc: readonly Mailbox[],
  columns: readonly MailgunColumn[],
): string {
  const keys = columns.map(({ name }, i) => `${i === 0 ? '' : ','}"${name}":`)
  const inJson = columns.map(({ values }) => values.map(rememberingLast(JSON.stringify)))
  const all = recipients.map(({ to }, i) => {
    let own = ''
    for (let c = 0; c < keys.length; c++) own += `${keys[c]}${inJson[c]?.[i]}`
    return [to, ...cc].map(({ address }) => `${JSON.stringify(address)}:{${own}}`).join(',')
  })
  return `{${all.join(',')}}`
}

const whyNot = (answer: Answer): string =>
  'lost' in answer
    ? `Mailgun did not answer: ${answer.lost}`
    : (refusalOf(answer.status, answer.body, {})?.detail ?? `Mailgun answered ${answer.status}: try again later`)

function readDomain(body: string, domain: string, sender: string): AccountCheck {
  const found = known.safeParse(parseJson(body))
  if (!found.success) return { ok: false, message: 'Mailgun answered 200 with a body that cannot be read' }
  const { state, type, is_disabled: disabled } = found.data.domain
  const wrong = (message: string): AccountCheck => ({ ok: false, message })
  if (disabled || state === 'disabled')
    return wrong(`Mailgun has disabled ${domain}: read why in its control panel, or write to its support`)
  if (type === 'sandbox')
    return wrong(`${domain} is Mailgun’s sandbox, which writes to authorised recipients only: add a domain of your own`)
  if (state !== 'active')
    return wrong(`${domain} is ${state}: add its DNS records as Mailgun’s control panel shows them, then verify there`)
  const from = sender.slice(sender.lastIndexOf('@') + 1).toLowerCase()
  if (from !== domain && !domain.endsWith(`.${from}`) && !from.endsWith(`.${domain}`))
    return wrong(
      `mails from ${from} would be signed by ${domain}, which DMARC fails: use a domain that belongs to both`,
    )
  return { ok: true, message: `${domain} is ${state}` }
}
