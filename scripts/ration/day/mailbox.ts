/** The provider of the day: accepts mail in Resend's wire format at once, and remembers what the checks need. */

import { randomUUID } from 'node:crypto'
import { linksIn } from '../../local/outbox.ts'
import { answering, listen } from '../../sinks/faults.ts'

/** A mail that was accepted. `at`: the day's time (epoch ms). The text of an appeal is not kept. */
export type DayMail = {
  at: number
  to: string
  replyTo: string | undefined
  subject: string
  text: string
  unsubscribe: string | undefined // of the header List-Unsubscribe
  bulk: boolean
}

type WireMail = { to: string[]; subject: string; text: string; reply_to?: string; headers?: Record<string, string> }

/** The address in `Name <address>`. */
const bare = (mailbox: string): string => /<([^<>]*)>\s*$/.exec(mailbox)?.[1] ?? mailbox

export class DayMailbox {
  readonly mails: DayMail[] = []
  /** The day's time, which the player sets. */
  now = 0
  calls = 0
  readonly #byAddress = new Map<string, DayMail[]>()
  readonly #answers = new Map<string, string>() // by idempotency key

  to(address: string): readonly DayMail[] {
    return this.#byAddress.get(address) ?? []
  }

  /** The newest link to a path with this beginning in the mails to an address. */
  linkTo(address: string, beginning: string): string | undefined {
    const links = this.to(address).flatMap(({ text }) => linksIn(text))
    return links.findLast((link) => new URL(link).pathname.startsWith(beginning))
  }

  /** The answer to a call. A repeated key gets the first answer, and its mails are accepted once. */
  accept(body: string, key: string): string {
    this.calls++
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    const wire: WireMail | WireMail[] = JSON.parse(body)
    const ids = [wire].flat().map((mail) => {
      this.#keep(mail)
      return { id: randomUUID() }
    })
    const answer = JSON.stringify(Array.isArray(wire) ? { data: ids } : ids[0])
    if (key !== '') this.#answers.set(key, answer)
    return answer
  }

  #keep({ to, subject, text, reply_to, headers = {} }: WireMail): void {
    const bulk = headers.Precedence === 'bulk'
    const mail: DayMail = {
      at: this.now,
      to: bare(to[0] ?? ''),
      replyTo: reply_to === undefined ? undefined : bare(reply_to),
      subject,
      text: bulk ? '' : text,
      unsubscribe: /<(https?:[^>]*)>/.exec(headers['List-Unsubscribe'] ?? '')?.[1],
      bulk,
    }
    this.mails.push(mail)
    this.#byAddress.set(mail.to, [...this.to(mail.to), mail])
  }
}

export async function startDayMailbox(): Promise<{ mailbox: DayMailbox; url: string; close(): Promise<void> }> {
  const mailbox = new DayMailbox()
  const server = await listen(({ method, headers }, body, response) => {
    if (method !== 'POST') return answering(response)(200, { data: [{ name: 'example.org', status: 'verified' }] })
    const answer = mailbox.accept(body.toString('utf8'), String(headers['idempotency-key'] ?? ''))
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
  })
  return { mailbox, ...server }
}
