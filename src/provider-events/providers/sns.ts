import { createVerify, X509Certificate } from 'node:crypto'
import * as z from 'zod'
import { fromBase64 } from '../../kit/bytes.ts'
import type { ProviderDeps, ReportRefusal } from '../provider.ts'
import { lookUp } from '../verdicts.ts'

/** Schema of a message (docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html). */
export const snsMessage = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string().min(1).max(100),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  Signature: z.string(),
  SignatureVersion: z.string(),
  SigningCertURL: z.string(),
  Subject: z.string().nullish(),
  SubscribeURL: z.string().nullish(),
  Token: z.string().nullish(),
})
export type SnsMessage = z.infer<typeof snsMessage>

/**
 * Host of SNS in one region. A looser pattern would match other people's buckets called `sns`. The same hosts serve the whole
 * API, so the path is checked too.
 */
const HOST = /^sns\.([a-z]{2}(?:-[a-z]+)+-\d+)\.amazonaws\.com(?:\.cn)?$/
const REGION = /^arn:[a-z-]+:sns:([a-z0-9-]+):/
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[0-9A-Za-z]+\.pem$/
const CERTIFICATE_NAME = /^CN=sns(?:\.[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/m

/** Maximum cached certificates: Amazon has one per region and changes it once a year. */
const MAX_CERTIFICATES = 8
const certificates = new Map<string, X509Certificate>()

const DIGESTS: Readonly<Record<string, string>> = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' }

/** Signed fields in order (docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html). */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const

/**
 * Explains why a message is not from Amazon; null if its signature is valid.
 * @throws when the certificate cannot be fetched.
 */
export async function snsFault(message: SnsMessage, now: number, deps: ProviderDeps): Promise<ReportRefusal | null> {
  const digest = lookUp(DIGESTS, message.SignatureVersion)
  if (digest === undefined) return { refused: 'SignatureVersion is neither 1 nor 2' }
  const certificate = await certificateAt(message, now, deps)
  if ('refused' in certificate) return certificate
  const verify = createVerify(digest)
  for (const name of SIGNED[message.Type]) {
    const value = message[name]
    if (value !== undefined && value !== null) verify.update(`${name}\n${value}\n`)
  }
  const signature = fromBase64(message.Signature)
  const isSigned = signature !== null && verify.verify(certificate.publicKey, signature)
  return isSigned ? null : { refused: 'the signature does not match the message and certificate' }
}

/**
 * Fetches and checks the signing certificate: its name and validity period. The chain is not checked: Workers have no root
 * store, and the certificate comes from Amazon's host over TLS.
 */
async function certificateAt(
  { SigningCertURL, TopicArn }: SnsMessage,
  now: number,
  deps: ProviderDeps,
): Promise<X509Certificate | ReportRefusal> {
  const parsed = amazonUrl(SigningCertURL, TopicArn)
  if (parsed === null || !CERTIFICATE_PATH.test(parsed.pathname) || parsed.search !== '') {
    return { refused: 'SigningCertURL is not a certificate URL of Amazon SNS' }
  }
  const cached = certificates.get(parsed.href)
  const certificate = cached ?? parseCertificate(await deps.fetchText(parsed.href))
  if (certificate === null) return { refused: 'SigningCertURL does not return a certificate' }
  if (!CERTIFICATE_NAME.test(certificate.subject))
    return { refused: 'the certificate is for another host than Amazon SNS' }
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
  if (!(from <= now && now <= to)) return { refused: 'the certificate is not valid at this time' }
  if (cached === undefined) cacheCertificate(parsed.href, certificate)
  return certificate
}

function cacheCertificate(url: string, certificate: X509Certificate): void {
  const [oldest] = certificates.keys()
  if (certificates.size >= MAX_CERTIFICATES && oldest !== undefined) certificates.delete(oldest)
  certificates.set(url, certificate)
}

function parseCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

/** An https URL of Amazon SNS in the topic's region, without port, user or password; null for any other URL. */
export function amazonUrl(text: string, topic: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '')
    return null
  const region = HOST.exec(url.hostname)?.[1]
  return region !== undefined && region === REGION.exec(topic)?.[1] ? url : null
}
