/** Who is in a call, read off its bytes without parsing megabytes of mail: the sink must never be what is measured. */

import { mergeVariables } from '../sinks/mailgun.ts'
import type { Shape } from './deployment.ts'

/** A mail as it came, for the look at a few. */
export type Sample = { to: string; html: string; text: string; unsubscribe: string }

/** `sample` reads a mail of the call when it is asked, which takes longer than everything else: not while something is measured. */
export type Read = { addresses: string[]; sample: (() => Sample) | undefined }

const TO = Buffer.from('"to":["') // a quotation mark inside a mail is written \", so this stands only where the field begins
const TO_END = Buffer.from('"]')
/** The least number of bytes from one recipient's field to the next. */
const MAIL_BYTES = 8_000

function readMails(body: Buffer, wanted: boolean): Read {
  const addresses: string[] = []
  for (let at = body.indexOf(TO); at !== -1; at = body.indexOf(TO, at + MAIL_BYTES)) {
    const from = at + TO.length
    const written = body.toString('utf8', from, body.indexOf(TO_END, from))
    addresses.push(written.slice(written.lastIndexOf('<') + 1).replace('>', ''))
  }
  return { addresses, sample: wanted ? firstMail(body) : undefined }
}

const MAIL = Buffer.from('{"from":') // unescaped, as above

function firstMail(body: Buffer): () => Sample {
  const next = body.indexOf(MAIL, MAIL_BYTES)
  const written = body.toString('utf8', 0, next === -1 ? body.length : next - 1) + (next === -1 ? '' : ']')
  return () => {
    const [mail] = parsed(written)
    return { to: mail.to[0], html: mail.html, text: mail.text, unsubscribe: mail.headers['List-Unsubscribe'] }
  }
}

/** @throws Error without the megabytes that a parser's own would show. */
function parsed(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('a call of the Resend shape is no JSON')
  }
}

/** The value of a form's field, where its first line begins after an empty one (RFC 7578). */
function* valuesOf(body: Buffer, name: string): IterableIterator<string> {
  const field = Buffer.from(`name="${name}"`)
  for (let at = body.indexOf(field); at !== -1; at = body.indexOf(field, at + field.length)) {
    const from = body.indexOf('\r\n\r\n', at) + 4
    yield body.toString('utf8', from, body.indexOf('\r\n--', from))
  }
}

/** Mailboxes of a list; names of the bench have no comma in them. */
function readForm(body: Buffer, wanted: boolean): Read {
  const written = [...valuesOf(body, 'to')].flatMap((list) => list.split(','))
  const addresses = written.map((one) =>
    one
      .slice(one.lastIndexOf('<') + 1)
      .replace('>', '')
      .trim(),
  )
  const [first = ''] = written
  const kept = wanted ? Buffer.from(body) : undefined // the body's memory is used again
  return { addresses, sample: kept && (() => mergedMail(kept, first, addresses[0] ?? '')) }
}

/** One person's mail as Mailgun would merge it. */
function mergedMail(body: Buffer, to: string, address: string): Sample {
  const field = (name: string) => valuesOf(body, name).next().value ?? ''
  const values = JSON.parse(field('recipient-variables'))[address] ?? {}
  const merged = (name: string) => mergeVariables(field(name), values)
  return { to, html: merged('html'), text: merged('text'), unsubscribe: merged('h:List-Unsubscribe') }
}

export const readers: Record<Shape, (body: Buffer, wanted: boolean) => Read> = { resend: readMails, mailgun: readForm }
