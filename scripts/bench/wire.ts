/** Reads the recipients of a call from its bytes, without parsing the mails, so that the sink is never the bottleneck. */

import { mergeVariables } from '../sinks/mailgun.ts'
import type { Shape } from './deployment.ts'

/** A received mail of the sample, for checks of its content. */
export type Sample = { to: string; html: string; text: string; unsubscribe: string }

/** Recipients of a call. `sample` parses one mail of the call; that is slow, so call it only after the measurement. */
type Read = { addresses: string[]; sample: (() => Sample) | undefined }

const TO = Buffer.from('"to":["') // a quotation mark inside a mail is escaped, so this matches only the field
const TO_END = Buffer.from('"]')
/** Least distance in bytes between the fields of two recipients. */
const MAIL_BYTES = 8_000

function readMails(body: Buffer, isSampled: boolean): Read {
  const addresses: string[] = []
  for (let at = body.indexOf(TO); at !== -1; at = body.indexOf(TO, at + MAIL_BYTES)) {
    const from = at + TO.length
    const raw = body.toString('utf8', from, body.indexOf(TO_END, from))
    addresses.push(raw.slice(raw.lastIndexOf('<') + 1).replace('>', ''))
  }
  return { addresses, sample: isSampled ? firstMail(body) : undefined }
}

const MAIL = Buffer.from('{"from":') // begins a mail; escaped inside mails

function firstMail(body: Buffer): () => Sample {
  const next = body.indexOf(MAIL, MAIL_BYTES)
  const raw = body.toString('utf8', 0, next === -1 ? body.length : next - 1) + (next === -1 ? '' : ']')
  return () => {
    const [mail] = parsed(raw)
    return { to: mail.to[0], html: mail.html, text: mail.text, unsubscribe: mail.headers['List-Unsubscribe'] }
  }
}

/** Parses JSON. @throws Error with a short message: the parser's own would contain the whole call */
function parsed(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('found a call of the Resend shape that is not JSON')
  }
}

/** Values of a multipart form's field; each begins after an empty line (RFC 7578). */
function* valuesOf(body: Buffer, name: string): IterableIterator<string> {
  const field = Buffer.from(`name="${name}"`)
  for (let at = body.indexOf(field); at !== -1; at = body.indexOf(field, at + field.length)) {
    const from = body.indexOf('\r\n\r\n', at) + 4
    yield body.toString('utf8', from, body.indexOf('\r\n--', from))
  }
}

/** Recipients of a call in the Mailgun shape. Splits lists at commas: the benchmark's names contain none. */
function readForm(body: Buffer, isSampled: boolean): Read {
  const raw = [...valuesOf(body, 'to')].flatMap((list) => list.split(','))
  const addresses = raw.map((one) =>
    one
      .slice(one.lastIndexOf('<') + 1)
      .replace('>', '')
      .trim(),
  )
  const [first = ''] = raw
  const copy = isSampled ? Buffer.from(body) : undefined // the body's buffer is reused
  return { addresses, sample: copy && (() => mergedMail(copy, first, addresses[0] ?? '')) }
}

/** One person's mail as Mailgun would merge it. */
function mergedMail(body: Buffer, to: string, address: string): Sample {
  const field = (name: string) => valuesOf(body, name).next().value ?? ''
  const values = JSON.parse(field('recipient-variables'))[address] ?? {}
  const merged = (name: string) => mergeVariables(field(name), values)
  return { to, html: merged('html'), text: merged('text'), unsubscribe: merged('h:List-Unsubscribe') }
}

export const readers: Record<Shape, (body: Buffer, isSampled: boolean) => Read> = {
  resend: readMails,
  mailgun: readForm,
}
