import { readBody } from '../fields.ts'
import { KIB, type Provider, type ProviderDeps, type ReadEvents } from '../provider.ts'
import { staleness } from '../signature.ts'
import { sesEvents } from './ses-events.ts'
import { amazonUrl, type SnsMessage, snsFault, snsMessage } from './sns.ts'

/** Seconds of freshness: SNS retries for at most 3,600 s (sns-message-delivery-retries.html), plus one hour. */
const FRESH_SECONDS = 2 * 3_600
/** Maximum bytes of a request: an SNS message is at most 256 KB, as JSON within JSON. */
const MAX_BYTES = 1_024 * KIB

const TOPIC = /^arn:aws(?:-cn|-us-gov)?:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/

/**
 * Events of SES through SNS. Anybody can point their own topic here, and Amazon signs it, so the topic's ARN is the secret.
 * Only subscriptions of that topic are confirmed.
 */
export const ses: Provider = {
  name: 'ses',
  freshSeconds: FRESH_SECONDS,
  maxBytes: MAX_BYTES,
  refusedStatus: 503, // SNS does not retry a 4xx
  secretFault: (secret) =>
    TOPIC.test(secret)
      ? null
      : 'must be the ARN of the SNS topic, such as arn:aws:sns:eu-west-1:123456789012:mail-events',
  async read({ body }, secret, now, deps) {
    const read = readBody(snsMessage, body, 'Amazon SNS')
    if ('refused' in read) return read
    const message = read.value
    if (message.TopicArn !== secret) return { refused: 'TopicArn is not the configured topic' }
    const stale = staleness(Date.parse(message.Timestamp), now, FRESH_SECONDS)
    if (stale !== null) return stale
    const fault = await snsFault(message, now, deps)
    if (fault !== null) return fault
    if (message.Type === 'Notification') return sesEvents(message.Message, message.MessageId, now)
    return message.Type === 'SubscriptionConfirmation' ? confirmSubscription(message, deps) : []
  },
}

async function confirmSubscription({ SubscribeURL, TopicArn }: SnsMessage, deps: ProviderDeps): Promise<ReadEvents> {
  const url = amazonUrl(SubscribeURL ?? '', TopicArn)
  const { searchParams } = url ?? new URL('https://localhost')
  if (
    url === null ||
    searchParams.get('Action') !== 'ConfirmSubscription' ||
    searchParams.get('TopicArn') !== TopicArn
  ) {
    return { refused: 'SubscribeURL does not confirm this topic at Amazon SNS' }
  }
  await deps.fetchText(url.href)
  return []
}
