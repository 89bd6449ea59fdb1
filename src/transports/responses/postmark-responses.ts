import * as z from 'zod'
import { parseJson } from '../../kit/parse-json.ts'
import type { Answer } from '../http.ts'
import { readRetryAfter } from '../retry-after.ts'
import { ACCOUNT_REASONS, type Outcome } from '../transport.ts'
import { makeRefusal, type ProviderRefusal } from './refusal.ts'

type PostmarkAnswer = Exclude<Answer, { lost: string }>

const error = z.object({ ErrorCode: z.int(), Message: z.string().default('') })
const results = z.array(error.extend({ MessageID: z.string().optional() }))

const KEY = makeRefusal(
  'unauthorised',
  true,
  'Postmark rejects this token: set POSTMARK_API_KEY to the API token of a server',
)
const SENDER = makeRefusal(
  'sender-not-verified',
  true,
  'SENDER_ADDRESS is neither at a verified domain nor a confirmed signature: see Sender Signatures at Postmark',
)
const STREAM = makeRefusal(
  'unauthorised',
  true,
  'the server has no such message stream, or one of another type: set POSTMARK_BULK_STREAM and POSTMARK_TRANSACTIONAL_STREAM',
)
const CONTENT = makeRefusal('invalid-content', true, 'Postmark refuses a field of a mail')
const ADDRESS = makeRefusal('bad-address', true, 'Postmark reports an invalid recipient address')
/** Refusal with an unknown error. Treated as an account refusal, so that recipients wait until an operator has looked it up. */
const unheardOf = (what: string): ProviderRefusal =>
  makeRefusal(
    'unauthorised',
    true,
    `Postmark refuses the call with ${what}, which is unknown to Tocsin: look it up at Postmark, then resume`,
  )
const SLOWER = makeRefusal('rate-limited', false, 'more calls than Postmark allows')

/** Refusals by `ErrorCode`, of a mail or a call, all before acceptance. */
const BY_CODE: Readonly<Record<number, ProviderRefusal>> = {
  10: KEY,
  100: makeRefusal('unavailable', false, 'Postmark is down for maintenance'),
  300: CONTENT,
  400: SENDER,
  401: SENDER,
  402: CONTENT,
  403: CONTENT,
  405: makeRefusal('quota', false, 'the quota of the account is used up: take a larger plan, then resume'),
  406: {
    ...makeRefusal(
      'suppressed',
      true,
      'the address is on Postmark’s suppression list after a bounce, complaint or opt-out',
    ),
    remembered: 'unsubscribed', // the answer names all three reasons, whichever it is
  },
  409: CONTENT,
  410: CONTENT,
  411: CONTENT,
  412: makeRefusal(
    'unauthorised',
    true,
    'the account waits for Postmark’s approval, and until then writes to its own domain only: ask for it there',
  ),
  413: makeRefusal('unauthorised', true, 'Postmark has not approved this account for sending: write to its support'),
  429: SLOWER,
  1224: STREAM,
  1226: STREAM,
  1235: STREAM,
}

/** Refusals by status, for calls that are refused as a whole with an unknown code. */
const BY_STATUS: Readonly<Record<number, ProviderRefusal>> = {
  401: KEY,
  404: makeRefusal('unauthorised', true, 'Postmark has no such URL: check POSTMARK_URL'),
  413: makeRefusal('invalid-content', true, 'the call is larger than the 50 MB that Postmark allows'),
  415: CONTENT,
  422: unheardOf('status 422'),
  429: SLOWER,
}

/** Outcomes of a batch, one per mail, or one for the whole call (https://postmarkapp.com/developer/api/overview#error-codes). */
export function outcomeOf(answer: PostmarkAnswer, people: number): Outcome | Outcome[] {
  if (answer.status === 200) return readResults(answer.body, people)
  const refusal = refusalOf(answer)
  if (refusal === undefined) return { kind: 'unknown', reason: `answered ${answer.status}` }
  return { kind: 'refused', ...refusal, ...(!refusal.permanent && readRetryAfter(answer.headers, Date.now())) }
}

/** Refusal of a call; undefined if mails may have been accepted: 5xx, also during maintenance, and undocumented statuses. */
export function refusalOf({ status, body }: PostmarkAnswer): ProviderRefusal | undefined {
  if (BY_STATUS[status] === undefined) return undefined
  const found = error.safeParse(parseJson(body))
  if (!found.success) return BY_STATUS[status]
  const { ErrorCode: code, Message: message } = found.data
  const refusal = code === 300 ? invalid(message) : BY_CODE[code]
  return refusal ?? (status === 422 ? unheardOf(`error ${code}`) : BY_STATUS[status])
}

function readResults(body: string, people: number): Outcome | Outcome[] {
  const found = results.safeParse(parseJson(body))
  if (!found.success) return { kind: 'unknown', reason: 'answered 200 with a body that cannot be read' }
  if (found.data.length !== people)
    return { kind: 'unknown', reason: `answered for ${found.data.length} of ${people} mails` }
  const outcomes = found.data.map(readResult)
  const [first] = outcomes
  // Postmark reports an account refusal for every mail; all together are one refusal of the call.
  const isWhole = outcomes.every((one) => one.kind === 'refused' && isOfAccount(one) && sameReason(one, first))
  return isWhole && first !== undefined ? first : outcomes
}

function readResult({
  ErrorCode: code,
  Message: message,
  MessageID: reference,
}: z.infer<typeof results>[number]): Outcome {
  if (code === 0) return { kind: 'accepted', ...(reference !== undefined && { reference }) }
  const refusal = code === 300 ? invalid(message) : BY_CODE[code]
  if (refusal === undefined) return { kind: 'unknown', reason: `answered error ${code} for a mail` }
  // An account refusal of one mail among several is not permanent for its recipient.
  return { kind: 'refused', ...refusal, ...(ACCOUNT_REASONS.has(refusal.reason) && { permanent: false }) }
}

/** Refusal for error 300, which concerns any field; the message names the field. */
function invalid(message: string): ProviderRefusal {
  const [, field] = /'(To|Cc|Bcc|From|Reply-?To)'/i.exec(message) ?? []
  if (field === undefined) return CONTENT
  return /^(to|cc|bcc)$/i.test(field) ? ADDRESS : SENDER
}

type PostmarkRefused = Extract<Outcome, { kind: 'refused' }>
const isOfAccount = ({ reason }: PostmarkRefused): boolean => ACCOUNT_REASONS.has(reason)
const sameReason = (one: PostmarkRefused, other: Outcome | undefined): boolean =>
  other?.kind === 'refused' && other.reason === one.reason
