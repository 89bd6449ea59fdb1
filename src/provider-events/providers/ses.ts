import {
  KIB,
  type Provider,
  type ProviderDeps,
  type ProviderReport,
  type ReportRefusal,
  readBody,
} from '../provider.ts'
import { staleness } from '../signature.ts'
import { sesEvents } from './ses-events.ts'
import { amazonUrl, type SnsMessage, snsFault, snsMessage } from './sns.ts'

/** Seconds: SNS tries an HTTPS endpoint for 3,600 s at most (sns-message-delivery-retries.html); an hour more for waiting in line. */
const FRESH_SECONDS = 2 * 3_600
/** A message of SNS is 256 KB at most, and JSON within JSON. */
const MAX_BYTES = 1_024 * KIB

const TOPIC = /^arn:aws(?:-cn|-us-gov)?:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/

/**
 * SES by way of SNS. Anybody may point a topic of theirs at this address and Amazon would sign what it sends: so the topic is the
 * secret, and a subscription is confirmed for that one only.
 */
export const ses: Provider = {
  name: 'ses',
  freshSeconds: FRESH_SECONDS,
  maxBytes: MAX_BYTES,
  refusedStatus: 503, // a 4xx is not sent again
  secretFault: (secret) =>
    TOPIC.test(secret)
      ? null
      : 'must be the ARN of the SNS topic, such as arn:aws:sns:eu-west-1:123456789012:mail-events',
  async read({ body }, secret, now, deps) {
    const read = readBody(snsMessage, body, 'Amazon SNS')
    if ('refused' in read) return read
    const message = read.value
    if (message.TopicArn !== secret) return { refused: 'it is of another topic than the one that is set here' }
    const stale = staleness(Date.parse(message.Timestamp), now, FRESH_SECONDS)
    if (stale !== null) return stale
    const fault = await snsFault(message, now, deps)
    if (fault !== null) return fault
    if (message.Type === 'Notification') return sesEvents(message.Message, message.MessageId)
    return message.Type === 'SubscriptionConfirmation' ? confirmSubscription(message, deps) : []
  },
}

async function confirmSubscription(
  { SubscribeURL, TopicArn }: SnsMessage,
  deps: ProviderDeps,
): Promise<ProviderReport[] | ReportRefusal> {
  const url = amazonUrl(SubscribeURL ?? '', TopicArn)
  const { searchParams } = url ?? new URL('https://localhost')
  if (
    url === null ||
    searchParams.get('Action') !== 'ConfirmSubscription' ||
    searchParams.get('TopicArn') !== TopicArn
  ) {
    return { refused: 'its SubscribeURL is not a confirmation of this topic at Amazon SNS' }
  }
  await deps.fetchText(url.href)
  return []
}
