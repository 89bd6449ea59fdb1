import { rememberedIn } from '../responses/remembered.ts'
import type { Outcome, RefusalReason } from '../transport.ts'
import { quoteReply, type SmtpReply } from './reply.ts'

/** Stage of the SMTP dialogue that was refused. All are before acceptance (RFC 5321 §4.2.5): the mail was not taken. */
export type Stage = 'greeting' | 'login' | 'sender' | 'recipient' | 'data' | 'message'

export type SmtpRefusal = Extract<Outcome, { kind: 'refused' }>

/** Seconds before retrying a temporary refusal: greylisting needs at least a minute (RFC 6647 §4.1). */
const RETRY_SECONDS = 60

/** Refusal of the account. Its detail quotes the server. */
const account = (reason: RefusalReason, reply: SmtpReply, what: string): SmtpRefusal => ({
  kind: 'refused',
  permanent: true,
  reason,
  detail: `${what} (reply: ${quoteReply(reply)})`,
})

/** Refusal of a login, with codes only: a server may repeat the password or token in its text. */
const login = ({ code, enhanced }: SmtpReply, what: string): SmtpRefusal => ({
  kind: 'refused',
  permanent: true,
  reason: 'unauthorised',
  detail: `${what} (${codesOf(code, enhanced)})`,
})

const codesOf = (...parts: Array<number | string | null>): string => parts.filter((part) => part !== null).join(' ')

/** Refusal of one recipient or mail, with codes only: the server's text may contain personal data. */
const person = (
  reason: RefusalReason,
  permanent: boolean,
  { code, enhanced }: SmtpReply,
  what: string,
): SmtpRefusal => ({
  kind: 'refused',
  permanent,
  reason,
  detail: `${what} (${codesOf(code, enhanced)})`,
  ...(!permanent && { retryAfterSeconds: RETRY_SECONDS }),
})

const QUOTA = /\b(daily|hourly|monthly|sending|sent|outgoing)\b.*\b(limit|quota|cap)\b|\bquota\b.*\bsend(ing)?\b/i
/** Words for the quota of the recipient's mailbox. */
const MAILBOX = /\bmailbox\b|\bstorage\b/i
/** Words of Postfix and others for the refusal of one recipient. */
const RECIPIENT = /recipient (address )?rejected/i
const SENDER =
  /sender address|sender.*(not|verif|denied|reject|allow|author)|not owned by|send ?as|from address|not verified|sender domain/i
const RELAY = /relay|client host|not (authenticated|logged in)|authentication (is )?required|access denied/i
const RATE = /\brate\b|\b(mail|connection|message)s? limit|too (many|fast)|throttl|slow down/i

/** Meaning of a 4xx or 5xx reply for the mail or for the account. */
export function refusalOf(reply: SmtpReply, stage: Stage): SmtpRefusal {
  return reply.code < 500 ? temporary(reply, stage) : (accountRefusal(reply, stage) ?? personRefusal(reply, stage))
}

function temporary(reply: SmtpReply, stage: Stage): SmtpRefusal {
  const text = reply.lines.join(' ')
  const isPersons = stage === 'recipient' && reply.code !== 421
  const ofMailbox = () => person('mailbox-unavailable', false, reply, 'the server cannot take mail for this person now')
  if (reply.enhanced?.startsWith('4.2.') && reply.code !== 421 && stage !== 'login' && stage !== 'greeting')
    return ofMailbox()
  if (RATE.test(text) || reply.enhanced === '4.7.28' || reply.enhanced === '4.5.3')
    return person('rate-limited', false, reply, 'the server limits the rate of mails')
  if (isPersons) return ofMailbox()
  return person('unavailable', false, reply, 'the server cannot take mail now')
}

/** Whether every other mail would be refused too, so that sending should stop. */
export const concernsAll = (reply: SmtpReply, stage: Stage): boolean =>
  LOGIN_CODES.has(reply.code) || (stage === 'sender' && reply.code >= 500 && accountRefusal(reply, stage) !== null)

/** Replies that ask for a login, another mechanism or other credentials (RFC 4954 §6). */
const LOGIN_CODES: ReadonlySet<number> = new Set([530, 534, 535, 538])

/**
 * Refusal of the account, or null. All stages are read alike, because Postfix and others refuse clients and senders only at
 * RCPT.
 */
function accountRefusal(reply: SmtpReply, stage: Stage): SmtpRefusal | null {
  const { code, enhanced } = reply
  const text = reply.lines.join(' ')
  const words = 'the server refuses the login: check SMTP_USER and its password or token'
  if (stage === 'login') return login(reply, words)
  if (LOGIN_CODES.has(code) || enhanced === '5.7.8') return account('unauthorised', reply, words)
  if (isOfRecipient(reply, stage)) return null
  if (enhanced === '5.4.5' || (QUOTA.test(text) && !MAILBOX.test(text)))
    return account('quota', reply, 'the sending quota of the account is used up: resume later, or take a larger plan')
  if (stage === 'greeting')
    return account('unauthorised', reply, 'the server does not serve this client: ask its operator')
  const isPolicy = enhanced === null || enhanced.startsWith('5.7.') || enhanced === '5.1.8' || enhanced === '5.1.7'
  if (isPolicy && SENDER.test(text))
    return account('sender-not-verified', reply, 'this account may not send from SENDER_ADDRESS')
  if (isPolicy && RELAY.test(text))
    return account(
      'unauthorised',
      reply,
      'the server does not relay for this client: log in, or have the client allowed there',
    )
  if (stage === 'sender' && !isTooLarge(reply) && code !== 503 && code !== 421)
    return account('sender-not-verified', reply, 'the server does not accept mail from SENDER_ADDRESS')
  return null
}

/** Whether a refusal concerns the recipient or mailbox, whatever other words it has. 5.1.7 and 5.1.8 concern the sender. */
function isOfRecipient({ enhanced, lines }: SmtpReply, stage: Stage): boolean {
  if (stage === 'greeting' || stage === 'sender') return false
  return RECIPIENT.test(lines.join(' ')) || /^5\.(1\.(?![78]$)|2\.)/.test(enhanced ?? '')
}

function personRefusal(reply: SmtpReply, stage: Stage): SmtpRefusal {
  const { code, enhanced } = reply
  if (isTooLarge(reply)) return person('invalid-content', true, reply, 'the mail is larger than the server allows')
  if (code === 503) return person('unavailable', false, reply, 'the server reports a wrong order of commands')
  if (/suppress/i.test(reply.lines.join(' ')))
    return {
      ...person('suppressed', true, reply, 'the server has this address on its suppression list'),
      remembered: rememberedIn(reply.lines.join(' ')) ?? 'unsubscribed',
    }
  if (enhanced === '5.2.2') return person('mailbox-unavailable', true, reply, 'the mailbox is full')
  if (enhanced !== null && /^5\.(1\.|2\.1$)/.test(enhanced))
    return person('bad-address', true, reply, 'the server knows no such address')
  if (RECIPIENT.test(reply.lines.join(' ')))
    return person('bad-address', true, reply, 'the server does not take mail for this address')
  if (enhanced?.startsWith('5.7.')) return person('invalid-content', true, reply, 'refused by a policy of the server')

  if (stage === 'recipient') return person('bad-address', true, reply, 'the server does not take mail for this address')
  return person('invalid-content', true, reply, 'the server refuses this mail')
}

/**
 * Whether a refusal is about size: 552 at MAIL or after the message (RFC 1870 §6.1), or 5.3.4 (RFC 3463). At RCPT, RFC 5321
 * uses 552 for too many recipients.
 */
const isTooLarge = ({ code, enhanced }: SmtpReply): boolean =>
  enhanced === '5.3.4' || enhanced === '5.2.3' || (code === 552 && enhanced !== '5.2.2')

/** Queue id in a reply such as "250 2.0.0 Ok: queued as 4F1B2C"; undefined if there is none. */
export function referenceIn({ lines }: SmtpReply): string | undefined {
  const text = lines.join(' ')
  for (const pattern of REFERENCES) {
    const [, id] = pattern.exec(text) ?? []
    if (id !== undefined) return id
  }
  return undefined
}

/** Patterns of queue ids: Postfix and most others, Exim, Sendmail and Microsoft, Amazon, Google. None matches an address. */
const REFERENCES = [
  /queued as:? <?([\w.-]{4,100})/i,
  /\bid=<?([\w.-]{4,100})/i,
  /^([\w.-]{6,100}) (?:message accepted|queued)/i,
  /^<([\w.-]{4,100})(?:@[\w.-]+)?> .*queued/i,
  /^ok:? <?([\w-]{8,100})\b/i,
]
