/** Who is in a call, read off its bytes without parsing megabytes of mail: the sink must never be what is measured. */

import type { Shape } from './deployment.ts'

/** A mail as it came, for the look at a few. */
export type Sample = { to: string; html: string; text: string; unsubscribe: string }

export type Read = { addresses: string[]; sample: Sample | undefined }

const TO = Buffer.from('"to":["') // a quotation mark inside a mail is written \", so this stands only where the field begins
const TO_END = Buffer.from('"]')
/** The least number of bytes from one recipient's field to the next. */
const MAIL_BYTES = 8_000

function readMails(body: Buffer, _type: string, wanted: boolean): Read {
  const addresses: string[] = []
  for (let at = body.indexOf(TO); at !== -1; at = body.indexOf(TO, at + MAIL_BYTES)) {
    const from = at + TO.length
    const written = body.toString('utf8', from, body.indexOf(TO_END, from))
    addresses.push(written.slice(written.lastIndexOf('<') + 1).replace('>', ''))
  }
  return { addresses, sample: wanted ? firstMail(body) : undefined }
}

function firstMail(body: Buffer): Sample {
  const [mail] = JSON.parse(body.toString('utf8'))
  return { to: mail.to[0], html: mail.html, text: mail.text, unsubscribe: mail.headers['List-Unsubscribe'] }
}

export const readers: Record<Shape, (body: Buffer, contentType: string, wanted: boolean) => Read> = {
  resend: readMails,
  mailgun: () => ({ addresses: [], sample: undefined }),
}
