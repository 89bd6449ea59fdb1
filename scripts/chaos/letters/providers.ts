import * as mailgun from '../../sinks/mailgun.ts'
import * as resend from '../../sinks/resend.ts'
import { type Sink, TARGETS, type Target, type TargetName } from '../targets.ts'
import type { Posted } from './mailroom.ts'

/** A sink that keeps its mails until `take` returns them, since the invented writers read them. */
type LetterSink = Sink & { take(): Posted[] }

const START: Record<TargetName, () => Promise<LetterSink>> = {
  async resend() {
    const sink = await resend.startResendSink()
    const take = () =>
      sink.mails.splice(0).map(({ to, reply_to, text }) => ({ to: bare(to[0] ?? ''), replyTo: bare(reply_to), text }))
    return Object.assign(sink, { take })
  },
  async mailgun() {
    const sink = await mailgun.startMailgunSink()
    const take = () =>
      sink.mails
        .splice(0)
        .map(({ address, headers, text }) => ({ to: address, replyTo: bare(headers['Reply-To']), text }))
    return Object.assign(sink, { take })
  },
}

/** A provider for transactional mail, which includes letters. Appeals go to the outbox. */
export const letterProvider = (name: TargetName) => {
  const { idempotent, answersEach, settings }: Target = TARGETS[name]
  return {
    idempotent,
    answersEach,
    start: START[name],
    settings: (url: string) => ({ ...settings(url), BULK_TRANSPORT: 'outbox', TRANSACTIONAL_TRANSPORT: name }),
  }
}

/** The address in `"Name" <address>`. */
function bare(mailbox: string): string
function bare(mailbox: string | undefined): string | undefined
function bare(mailbox: string | undefined): string | undefined {
  return /<([^<>]*)>\s*$/.exec(mailbox ?? '')?.[1] ?? mailbox
}
