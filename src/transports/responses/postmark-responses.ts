import * as z from 'zod'
import { parseJson } from '../../kit/parse-json.ts'
import type { Answer } from '../http.ts'
import { readRetryAfter } from '../retry-after.ts'
import { ACCOUNT_REASONS, type Outcome } from '../transport.ts'
import { makeRefusal, type ProviderRefusal } from './refusal.ts'

/** What Postmark answers to a batch (https://postmarkapp.com/developer/api/overview#error-codes). */

type PostmarkAnswer = Exclude<Answer, { lost: string }>

const error = z.object({ ErrorCode: z.int(), Message: z.string().default('') })
const results = z.array(error.extend({ MessageID: z.string().optional() }))

const KEY = makeRefusal(
  'unauthorised',
  true,
  'Postmark does not know this token: set POSTMARK_API_KEY to the API token of a server',
)
const SENDER = makeRefusal(
  'sender-not-verified',
  true,
  'SENDER_ADDRESS is neither at a verified domain nor a confirmed signature: see Sender Signatures at Postmark',
)
const STREAM = makeRefusal(
  'unauthorised',
  true,
  'the server has no such message stream, or not of this kind: set POSTMARK_BULK_STREAM and POSTMARK_TRANSACTIONAL_STREAM',
)
const CONTENT = makeRefusal('invalid-content', true, 'Postmark refuses a field of a mail')
const ADDRESS = makeRefusal('bad-address', true, 'Postmark finds the address of a recipient invalid')
/** Nobody is refused for good by an error we cannot read: the people wait while somebody looks it up. */
const unheardOf = (what: string): ProviderRefusal =>
  makeRefusal(
    'unauthorised',
    true,
    `Postmark refuses the call with ${what}, which Tocsin does not know: look it up there, then resume`,
  )
const SLOWER = makeRefusal('rate-limited', false, 'more calls than Postmark allows')

/** By `ErrorCode`: what it says of a mail, or of a call, that it has not taken. */
const BY_CODE: Readonly<Record<number, ProviderRefusal>> = {
  10: KEY,
  100: makeRefusal('unavailable', false, 'Postmark is down for maintenance'),
  300: CONTENT,
  400: SENDER,
  401: SENDER,
  402: CONTENT,
  403: CONTENT,
  405: makeRefusal('quota', false, 'the account has used up its mails: take a larger plan, then resume'),
  406: makeRefusal('suppressed', true, 'Postmark holds this address back after a bounce or a complaint'),
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

/** By status, for a call that is refused whole with a code that is not known. */
const BY_STATUS: Readonly<Record<number, ProviderRefusal>> = {
  401: KEY,
  404: makeRefusal('unauthorised', true, 'Postmark has no such address: check POSTMARK_URL'),
  413: makeRefusal('invalid-content', true, 'the call is larger than the 50 MB Postmark takes'),
  415: CONTENT,
  422: unheardOf('status 422'),
  429: SLOWER,
}

export function outcomeOf(answer: PostmarkAnswer, people: number): Outcome | Outcome[] {
  if (answer.status === 200) return readResults(answer.body, people)
  const refusal = refusalOf(answer)
  if (refusal === undefined) return { kind: 'unknown', reason: `answered ${answer.status}` }
  return { kind: 'refused', ...refusal, ...(!refusal.permanent && readRetryAfter(answer.headers)) }
}

/** Undefined where nobody can tell whether mails were taken: 5xx, its maintenance included, and what is not documented. */
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
  // What is wrong with the account is said of every mail of the call; then it is an answer to the call.
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
  // For one of several: the account's own troubles end, and nobody is refused for good because of them.
  return { kind: 'refused', ...refusal, ...(ACCOUNT_REASONS.has(refusal.reason) && { permanent: false }) }
}

/** 300 is said of any field; its words name the field. */
function invalid(message: string): ProviderRefusal {
  const [, field] = /'(To|Cc|Bcc|From|Reply-?To)'/i.exec(message) ?? []
  if (field === undefined) return CONTENT
  return /^(to|cc|bcc)$/i.test(field) ? ADDRESS : SENDER
}

type PostmarkRefused = Extract<Outcome, { kind: 'refused' }>
const isOfAccount = ({ reason }: PostmarkRefused): boolean => ACCOUNT_REASONS.has(reason)
const sameReason = (one: PostmarkRefused, other: Outcome | undefined): boolean =>
  other?.kind === 'refused' && other.reason === one.reason
