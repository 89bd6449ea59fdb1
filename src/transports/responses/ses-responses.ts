import * as z from 'zod'
import { parseJson } from '../../kit/parse-json.ts'
import type { Answer } from '../http.ts'
import { readRetryAfter } from '../retry-after.ts'
import { ACCOUNT_REASONS, type Outcome, type RefusalReason } from '../transport.ts'
import type { ProviderRefusal } from './refusal.ts'
import { rememberedRefusal } from './remembered.ts'

/** Account refusals, never permanent: recipients stay queued until an operator fixes the account. */
const ofAccount = (reason: RefusalReason, detail: string): ProviderRefusal => ({ reason, permanent: false, detail })
const forGood = (reason: RefusalReason, detail: string): ProviderRefusal => ({ reason, permanent: true, detail })

const NOT_VERIFIED = ofAccount(
  'sender-not-verified',
  'SES rejects an unverified address: verify the domain of SENDER_ADDRESS in this region; in the sandbox, ask for production access',
)
const SUSPENDED = ofAccount(
  'unauthorised',
  'AWS has suspended this account’s sending: answer its case in the SES console',
)
const PAUSED = ofAccount('unauthorised', 'sending is switched off for this account: switch it on in the SES console')
const CONFIGURATION = ofAccount('unauthorised', 'SES cannot use the configuration set: check SES_CONFIGURATION_SET')
const QUOTA = ofAccount(
  'quota',
  'the 24-hour quota of the account is used up: resume later, or ask for more under Service Quotas',
)
const TOO_FAST = ofAccount('rate-limited', 'more mails a second than the account allows')
const CONTENT = forGood('invalid-content', 'SES rejects the content of the mail')
const ADDRESS = forGood('bad-address', 'SES reports an invalid address or value in this mail')

/**
 * Refusals by `Status` (API_BulkEmailEntryResult) of mails that were not sent. FAILED and TRANSIENT_FAILURE are absent, because
 * they do not say at which point processing failed.
 */
const BY_STATUS: Readonly<Record<string, ProviderRefusal>> = {
  MESSAGE_REJECTED: CONTENT,
  MAIL_FROM_DOMAIN_NOT_VERIFIED: NOT_VERIFIED,
  CONFIGURATION_SET_DOES_NOT_EXIST: CONFIGURATION,
  CONFIGURATION_SET_SENDING_PAUSED: CONFIGURATION,
  CONFIGURATION_SET_NOT_FOUND: CONFIGURATION,
  INVALID_SENDING_POOL_NAME: CONFIGURATION,
  TEMPLATE_DOES_NOT_EXIST: CONTENT,
  TEMPLATE_NOT_FOUND: CONTENT,
  ACCOUNT_SUSPENDED: SUSPENDED,
  ACCOUNT_SENDING_PAUSED: PAUSED,
  ACCOUNT_THROTTLED: TOO_FAST,
  ACCOUNT_DAILY_QUOTA_EXCEEDED: QUOTA,
  INVALID_PARAMETER: ADDRESS,
  INVALID_PARAMETER_VALUE: ADDRESS,
}

const KEY = ofAccount('unauthorised', 'AWS rejects this access key: set SES_ACCESS_KEY_ID to an active one')
const SECRET = ofAccount('unauthorised', 'the signature is wrong: check SES_SECRET_ACCESS_KEY and SES_REGION')

/** Refusals by error type (API_SendBulkEmail and CommonErrors), all before sending. */
const BY_TYPE: Readonly<Record<string, ProviderRefusal>> = {
  AccountSuspendedException: SUSPENDED,
  BadRequestException: CONTENT,
  LimitExceededException: ofAccount(
    'quota',
    'a limit of the account is reached: see Service Quotas in the AWS console',
  ),
  MailFromDomainNotVerifiedException: NOT_VERIFIED,
  MessageRejected: CONTENT,
  NotFoundException: CONFIGURATION,
  SendingPausedException: PAUSED,
  TooManyRequestsException: TOO_FAST,
  ThrottlingException: TOO_FAST,
  ValidationException: CONTENT,
  SerializationException: CONTENT,
  RequestEntityTooLargeException: CONTENT,
  AccessDeniedException: ofAccount(
    'unauthorised',
    'this access key may not do that: allow its user ses:SendBulkEmail, ses:GetAccount and ses:GetEmailIdentity',
  ),
  UnrecognizedClientException: KEY,
  InvalidClientTokenId: KEY,
  ExpiredTokenException: KEY,
  OptInRequired: ofAccount('unauthorised', 'this AWS account is not signed up for SES: open the SES console once'),
  InvalidSignatureException: SECRET,
  SignatureDoesNotMatch: SECRET,
  IncompleteSignature: SECRET,
}

const answered = z.object({
  BulkEmailEntryResults: z.array(
    z.object({ Status: z.string(), Error: z.string().nullish(), MessageId: z.string().nullish() }),
  ),
})
type SesBulkEntry = z.infer<typeof answered>['BulkEmailEntryResults'][number]

/** Outcomes of a call, one per recipient; a single outcome when the account is refused, so that the dispatch stops. */
export function readEntries(body: string, people: number): Outcome | Outcome[] {
  const parsed = answered.safeParse(parseJson(body))
  if (!parsed.success) return { kind: 'unknown', reason: 'answered 200 with a body that cannot be read' }
  const entries = parsed.data.BulkEmailEntryResults
  if (entries.length !== people) return { kind: 'unknown', reason: `answered for ${entries.length} of ${people} mails` }
  const outcomes = entries.map(outcomeOf)
  const [first] = outcomes
  return first?.kind === 'refused' && isOfAccount(first) && outcomes.every((other) => sameRefusal(first, other))
    ? first
    : outcomes
}

function outcomeOf({ Status, Error: error, MessageId: reference }: SesBulkEntry): Outcome {
  if (Status === 'SUCCESS') return reference ? { kind: 'accepted', reference } : { kind: 'accepted' }
  const refusal =
    Status === 'MESSAGE_REJECTED' && isAboutVerifying(error ?? '')
      ? NOT_VERIFIED
      : (rememberedBy(BY_STATUS[Status], error ?? '') ?? BY_STATUS[Status])
  return refusal === undefined ? { kind: 'unknown', reason: `answered ${Status}` } : { kind: 'refused', ...refusal }
}

type SesRefused = Extract<Outcome, { kind: 'refused' }>
const isOfAccount = ({ reason }: SesRefused): boolean => ACCOUNT_REASONS.has(reason) || reason === 'rate-limited'
const sameRefusal = (one: SesRefused, other: Outcome): boolean =>
  other.kind === 'refused' && other.reason === one.reason && other.detail === one.detail

/** The refusal of a mail to somebody on a suppression list of SES, if the text of a refused mail says so. */
const rememberedBy = (refusal: ProviderRefusal | undefined, text: string): ProviderRefusal | undefined =>
  refusal === CONTENT || refusal === ADDRESS ? rememberedRefusal('SES', text) : undefined

/**
 * Whether SES reports an unverified identity: “Email address is not verified. The following identities failed the check in
 * region …”
 */
const isAboutVerifying = (message: string): boolean => /not verified/i.test(message)

/** Refusal of a call with a status other than 200, if known. The error type is in a header or in the body. */
export function refusalOf({ status, headers, body }: Exclude<Answer, { lost: string }>): {
  name: string
  refusal?: ProviderRefusal
} {
  const named = z.object({
    __type: z.string().optional(),
    message: z.string().optional(),
    Message: z.string().optional(),
  })
  const parsed = named.safeParse(parseJson(body))
  const said = parsed.success ? parsed.data : {}
  const name = (headers.get('x-amzn-errortype') ?? said.__type ?? '').replace(/^.*#/, '').replace(/:.*$/, '')
  const message = said.message ?? said.Message ?? ''
  if (status >= 500) return { name }
  if (BY_TYPE[name] === TOO_FAST && /daily/i.test(message)) return { name, refusal: QUOTA }
  if (BY_TYPE[name] === CONTENT && isAboutVerifying(message)) return { name, refusal: NOT_VERIFIED }
  const refusal = rememberedBy(BY_TYPE[name], message) ?? BY_TYPE[name] ?? (status === 429 ? TOO_FAST : undefined)
  if (refusal === undefined) return { name }
  return { name, refusal: refusal === TOO_FAST ? { ...TOO_FAST, ...readRetryAfter(headers, Date.now()) } : refusal }
}
