import type { Attachment, Mailbox, Recipient } from '../emails/message.ts'
import type { Template } from '../emails/template/template.ts'
import { defined } from '../kit/defined.ts'

/** Why a provider refused a mail or call, in the terms shown to organisers. */
export type RefusalReason =
  | 'bad-address' // the provider does not accept this person's address
  | 'suppressed' // on the provider's own suppression list
  | 'invalid-content' // the mail itself is refused: too large, a header, a template
  | 'sender-not-verified'
  | 'unauthorised' // key wrong, revoked or without the right
  | 'quota' // the account's daily or monthly allowance is used up
  | 'rate-limited'
  | 'mailbox-unavailable' // this person's mailbox or server is temporarily unavailable; not the account's fault
  | 'unavailable' // temporarily unavailable, reported before acceptance
  | 'reserved-address' // RFC 2606 address on a real transport
  | 'not-for-bulk'

/** Why a provider holds mail to a person back, in the words of a suppression. */
export type RememberedReason = 'bounced' | 'unsubscribed' | 'complained'

/** Outcome of a call or of one recipient in it. `unknown` is never retried without an idempotency key. */
export type Outcome =
  | { kind: 'accepted'; reference?: string }
  | {
      kind: 'refused'
      permanent: boolean
      reason: RefusalReason
      detail?: string
      retryAfterSeconds?: number
      /** Only with `suppressed`: what the provider remembers of the person. Absent if it may end by itself. */
      remembered?: RememberedReason
    }
  | { kind: 'unknown'; reason: string }

/** Account refusals, which waiting does not cure: the dispatch pauses and reports to its organiser. */
export const ACCOUNT_REASONS: ReadonlySet<RefusalReason> = new Set([
  'unauthorised',
  'quota',
  'sender-not-verified',
  'not-for-bulk',
])

/** Content of one call: a template and its recipients. Providers that merge on their side receive just that. */
export type Batch = {
  template: Template
  recipients: readonly Recipient[]
  from: Mailbox
  replyTo?: Mailbox
  /** Headers that all recipients share. */
  headers: Readonly<Record<string, string>>
  /** Date header (epoch ms): the start of the dispatch, so that retries are byte-identical. */
  date: number
  /** Slug of the campaign that the mail is about, for the outbox. Providers do not get it. */
  campaign?: string
  /** Id of the dispatch, which the provider returns in its events as `dispatch`. Absent for letters. */
  tag?: string
  /**
   * Files attached to every mail of the call, together at most MAX_ATTACHMENT_BYTES. Compose such mails one by one: Resend
   * allows one such mail per call, and elsewhere each may have its own copies.
   */
  attachments?: readonly Attachment[]
  /**
   * Cc recipients, only in a call with one recipient. Outcomes are about that recipient, and a refusal may concern a Cc
   * address.
   */
  cc?: readonly Mailbox[]
}

/**
 * The exact bytes to send; their SHA-256 is in the ledger before they leave. After all recipients are accepted, the buffer may
 * be reused for another call.
 */
export type Call = {
  body: Uint8Array<ArrayBuffer>
  people: number
  /** Content type, if it differs between calls. */
  contentType?: string
  /** Envelope sender, for transports that send mail by mail. */
  from?: string
  /** Recipients of those mails, and their byte ranges in the body. */
  mails?: ReadonlyArray<{ to: string; cc?: readonly string[]; start: number; end: number }>
}

/** Sending limits of an account. */
export type Limits = {
  callsPerSecond: number
  /** Maximum mails per day, if the account has such a limit. */
  mailsPerDay?: number
  /** Start of sending from a new domain (epoch ms): its daily limit grows each day. */
  warmUpSince?: number
}

/** The limits of a transport as plain data, which can be passed to another object. */
export const limitsOf = ({ callsPerSecond, mailsPerDay, warmUpSince }: Limits): Limits => ({
  callsPerSecond,
  ...defined({ mailsPerDay, warmUpSince }),
})

/** Whether an account can send now; if not, `message` says what is wrong and what to do. */
export type AccountCheck = { ok: boolean; message: string }

export type Transport = Limits & {
  name: string
  /** Maximum recipients per call. */
  maxBatch: number
  /** Seconds for which a repeated key with the same bytes returns the first response; 0 without such a promise. */
  idempotencySeconds: number
  /** Whether no mail can leave this machine: the outbox, or a base URL on a loopback address. */
  captive: boolean
  /** Hash of the account that idempotency keys belong to. Keys are void at another account or URL. */
  account(): Promise<string>
  /**
   * Builds the bytes of a call. Pure: equal batches give equal bytes.
   * @throws Error for an invalid attachment name or type, and for several recipients with Cc or, at Resend, with attachments.
   */
  compose(batch: Batch): Promise<Call>
  /** Sends a call. Never throws. Returns one outcome for the whole call, or one per recipient in order. */
  send(call: Call, key: string): Promise<Outcome | Outcome[]>
  /** Checks whether the account can send from `sender` now. Sends nothing and never throws. */
  check(sender: string): Promise<AccountCheck>
}
