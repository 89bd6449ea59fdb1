import type { Attachment, Mailbox, Recipient } from '../emails/message.ts'
import type { Template } from '../emails/template/template.ts'
import { defined } from '../kit/defined.ts'

/** Why a provider said no, in the words organisers are told. */
export type RefusalReason =
  | 'bad-address' // this person's address is not one the provider takes
  | 'suppressed' // on the provider's own suppression list
  | 'invalid-content' // the mail itself is refused: too large, a header, a template
  | 'sender-not-verified'
  | 'unauthorised' // key wrong, revoked or without the right
  | 'quota' // the account's daily or monthly allowance is used up
  | 'rate-limited'
  | 'mailbox-unavailable' // this person's mailbox or server takes nothing now: says nothing of the account
  | 'unavailable' // said before acceptance that it cannot take mail now
  | 'reserved-address' // RFC 2606 address on a real transport
  | 'not-for-bulk'

/** What became of a call, or of one person in it. `unknown` is never repeated without an idempotency key. */
export type Outcome =
  | { kind: 'accepted'; reference?: string }
  | { kind: 'refused'; permanent: boolean; reason: RefusalReason; detail?: string; retryAfterSeconds?: number }
  | { kind: 'unknown'; reason: string }

/** Refusals that no waiting cures: the dispatch pauses and its organiser is told. */
export const ACCOUNT_REASONS: ReadonlySet<RefusalReason> = new Set([
  'unauthorised',
  'quota',
  'sender-not-verified',
  'not-for-bulk',
])

/** What one call carries: a template and the people it is merged for. Providers that merge themselves send just that. */
export type Batch = {
  template: Template
  recipients: readonly Recipient[]
  from: Mailbox
  replyTo?: Mailbox
  /** Headers every recipient shares. */
  headers: Readonly<Record<string, string>>
  /** Date header, epoch ms: the dispatch's start, so that a retry is byte-identical. */
  date: number
  /** The dispatch's id, for the provider to give back in its events, under the name `dispatch`; letters have none. */
  tag?: string
  /**
   * Files that go with every mail of the call, MAX_ATTACHMENT_BYTES at most together. Whoever has some composes mail by mail: Resend
   * takes one in such a call, and elsewhere each may bring its own copy.
   */
  attachments?: readonly Attachment[]
  /**
   * Who else gets the mail and is shown in it, in a call with one recipient only. What is answered is about that recipient; nobody is
   * told apart in Cc, and a refusal may have been meant for one there.
   */
  cc?: readonly Mailbox[]
}

/**
 * Exactly the bytes that will leave; their SHA-256 is in the ledger before they do. Once it was accepted for everybody a call is over:
 * its buffer may hold the next one.
 */
export type Call = {
  body: Uint8Array<ArrayBuffer>
  people: number
  /** Where it is not the same for every call. */
  contentType?: string
  /** The envelope's sender, for transports that hand over mail by mail. */
  from?: string
  /** For the same: whose bytes of the body are from `start` to `end`. */
  mails?: ReadonlyArray<{ to: string; cc?: readonly string[]; start: number; end: number }>
}

/** How fast and how much an account may send. */
export type Limits = {
  callsPerSecond: number
  /** Mails in a day, where the account has such a limit. */
  mailsPerDay?: number
  /** When a new domain began to send, epoch ms: it may send more each day. */
  warmUpSince?: number
}

/** A transport's limits alone, to be told to another object. */
export const limitsOf = ({ callsPerSecond, mailsPerDay, warmUpSince }: Limits): Limits => ({
  callsPerSecond,
  ...defined({ mailsPerDay, warmUpSince }),
})

/** Whether an account can send now, and if not, what is wrong and what to do about it, in a sentence. */
export type AccountCheck = { ok: boolean; message: string }

export type Transport = Limits & {
  name: string
  /** Recipients per call, at most. */
  maxBatch: number
  /** Seconds for which the same key with the same bytes is answered with the first answer; 0 where there is no such promise. */
  idempotencySeconds: number
  /** True when nothing can leave this machine through it: the outbox, or a base URL on a loopback address. */
  captive: boolean
  /** Whose idempotency keys these are, as a hash: a key means nothing at another account or another address. */
  account(): Promise<string>
  /**
   * Pure: equal batches give equal bytes. @throws Error for an attachment with a wrong name or type, and for several people with Cc or, at
   * Resend, with attachments.
   */
  compose(batch: Batch): Promise<Call>
  /** Never throws. One outcome for the whole call, or one per recipient in order. */
  send(call: Call, key: string): Promise<Outcome | Outcome[]>
  /** Asks the provider whether this account can send from that address now. Sends nothing and never throws. */
  check(sender: string): Promise<AccountCheck>
}
