import * as z from 'zod'
import { utf8 } from '../../kit/bytes.ts'
import { defined } from '../../kit/defined.ts'
import { type BounceClass, lookUp, type ReportVerdict, reclassify, VERDICTS } from '../bounce-class.ts'
import { address, dispatchTag, isoTime, type ProviderReport, type ReportRefusal, readBody } from '../provider.ts'

const recipient = z.object({
  emailAddress: address,
  status: z.string().optional(),
  diagnosticCode: z.string().optional(),
})

/**
 * Schema of an event (docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html). Feedback notifications
 * of an identity have `notificationType` instead of `eventType`.
 */
const event = z.object({
  eventType: z.string().optional(),
  notificationType: z.string().optional(),
  mail: z.object({
    timestamp: isoTime,
    destination: z.array(address),
    tags: z
      .object({ dispatch: z.array(dispatchTag) })
      .optional()
      .catch(undefined),
  }),
  delivery: z.object({ timestamp: isoTime, recipients: z.array(address) }).optional(),
  deliveryDelay: z.object({ timestamp: isoTime, delayedRecipients: z.array(recipient) }).optional(),
  bounce: z
    .object({
      timestamp: isoTime,
      bounceType: z.string(),
      bounceSubType: z.string().optional(),
      bouncedRecipients: z.array(recipient),
    })
    .optional(),
  complaint: z
    .object({
      timestamp: isoTime,
      complaintSubType: z.string().nullish(),
      complaintFeedbackType: z.string().nullish(),
      complainedRecipients: z.array(recipient),
    })
    .optional(),
})
type SesEvent = z.infer<typeof event>

/** What an event reports about one recipient. `at` is in epoch ms. */
type SesRecipientEvent = { email: string; at: number; verdict: ReportVerdict }

/** Verdicts by bounce sub-types that do not concern the mailbox, whatever the bounce type. */
const BY_SUB_TYPE: Readonly<Record<string, ReportVerdict>> = {
  MessageTooLarge: VERDICTS.refused,
  ContentRejected: VERDICTS.refused,
  AttachmentRejected: VERDICTS.refused,
  UnsubscribedRecipient: VERDICTS.unsubscribed, // from SES's contact list
}

const parts: Readonly<Record<string, (event: SesEvent) => SesRecipientEvent[] | undefined>> = {
  Delivery: ({ delivery }) =>
    delivery?.recipients.map((email) => ({ email, at: delivery.timestamp, verdict: VERDICTS.delivered })),
  DeliveryDelay: ({ deliveryDelay: delay }) =>
    delay?.delayedRecipients.map(({ emailAddress: email }) => ({
      email,
      at: delay.timestamp,
      verdict: VERDICTS.deferred,
    })),
  Bounce: ({ bounce }) =>
    bounce?.bouncedRecipients.map(({ emailAddress: email, status, diagnosticCode }) => {
      const bySubType = lookUp(BY_SUB_TYPE, bounce.bounceSubType)
      const classed: BounceClass = bounce.bounceType === 'Permanent' ? 'hard' : 'soft'
      return {
        email,
        at: bounce.timestamp,
        verdict: bySubType ?? VERDICTS[reclassify(classed, status ?? diagnosticCode)],
      }
    }),
  Complaint: ({ complaint }) => {
    if (complaint?.complaintFeedbackType === 'not-spam') return []
    // With a sub-type, the address is on the account's suppression list: the complaint was about an earlier mail.
    const verdict = complaint?.complaintSubType ? VERDICTS.unsubscribed : VERDICTS.complained
    return complaint?.complainedRecipients.map(({ emailAddress: email }) => ({
      email,
      at: complaint.timestamp,
      verdict,
    }))
  },
  Reject: neverSent,
  'Rendering Failure': neverSent,
}

/** Events of a mail that SES accepted but did not send: it found a virus, or could not render the template. */
function neverSent({ mail }: SesEvent): SesRecipientEvent[] {
  return mail.destination.map((email) => ({ email, at: mail.timestamp, verdict: VERDICTS.refused }))
}

/** Message that SES publishes once, when a configuration set is connected to a topic. */
const GREETING = 'Successfully validated SNS topic for Amazon SES event publishing.'

/** Events in the `Message` of a notification, one per recipient. `id` is the notification's id, the same in each retry. */
export function sesEvents(text: string, id: string): ProviderReport[] | ReportRefusal {
  if (text.trim() === GREETING) return []
  const named = z.looseObject({ eventType: z.string().optional(), notificationType: z.string().optional() })
  const kind = readBody(named, utf8(text), 'Amazon SES')
  if ('refused' in kind) return kind
  const type = kind.value.eventType ?? kind.value.notificationType
  if (type === undefined) return { refused: 'the body is not an event of Amazon SES: eventType is missing' }
  if (!Object.hasOwn(parts, type)) return []
  const read = readBody(event, utf8(text), 'Amazon SES')
  if ('refused' in read) return read
  const found = lookUp(parts, type)?.(read.value)
  if (found === undefined) return { refused: `the body is not an event of Amazon SES: the ${type} object is missing` }
  const dispatch = read.value.mail.tags?.dispatch[0]
  return found.map(({ email, at, verdict }, i) => ({
    id: i === 0 ? id : `${id}/${i}`,
    ...verdict,
    email,
    ...defined({ dispatch }),
    at,
  }))
}
