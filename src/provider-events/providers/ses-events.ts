import * as z from 'zod'
import { utf8 } from '../../kit/bytes.ts'
import { classifyBounce } from '../bounce-class.ts'
import { type EventTable, fieldOf, makeReport, readVerdict, withoutEffect } from '../event-table.ts'
import { address, cleanName, dispatchTag, listOf, part, readJson, text, time, timeOf } from '../fields.ts'
import type { ReadEvents } from '../provider.ts'
import { lookUp, type ReportVerdict, VERDICTS } from '../verdicts.ts'

const recipient = z.object({ emailAddress: address, status: text, diagnosticCode: text })
type SesRecipient = z.infer<typeof recipient>
const bare = address.transform(
  (emailAddress): SesRecipient => ({
    emailAddress,
    status: undefined,
    diagnosticCode: undefined,
  }),
)
const preferences = part({
  unsubscribeAll: z.boolean().optional().catch(undefined),
  topicSubscriptionStatus: listOf(z.object({ topicName: z.string(), subscriptionStatus: z.string() })),
})

/** Schema of an event (docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html). */
const schema = z.object({
  mail: part({ timestamp: time, destination: listOf(bare), tags: part({ dispatch: listOf(dispatchTag) }) }),
  delivery: part({ timestamp: time, recipients: listOf(bare) }),
  deliveryDelay: part({ timestamp: time, delayedRecipients: listOf(recipient) }),
  bounce: part({ timestamp: time, bounceType: text, bounceSubType: text, bouncedRecipients: listOf(recipient) }),
  complaint: part({
    timestamp: time,
    complaintSubType: text,
    complaintFeedbackType: text,
    complainedRecipients: listOf(recipient),
  }),
  subscription: part({ timestamp: time, newTopicPreferences: preferences, oldTopicPreferences: preferences }),
})
type SesEvent = z.infer<typeof schema>

/** Verdicts by bounce sub-types that do not concern the mailbox, whatever the bounce type. */
const BY_SUB_TYPE: Readonly<Record<string, ReportVerdict>> = {
  MessageTooLarge: VERDICTS.refused,
  ContentRejected: VERDICTS.refused,
  AttachmentRejected: VERDICTS.refused,
  UnsubscribedRecipient: VERDICTS.unsubscribed, // from SES's contact list
}

type SesPeople = ReturnType<ReturnType<typeof listOf<SesRecipient>>['parse']>
/** An event about people: who, when, and what it means for one of them. */
type SesReport = { people: SesPeople; at: unknown; verdictOf(one: SesRecipient): ReportVerdict }

const always =
  (verdict: ReportVerdict): SesReport['verdictOf'] =>
  () =>
    verdict

function bounced({ bounce }: SesEvent): SesReport {
  const bySubType = lookUp(BY_SUB_TYPE, bounce?.bounceSubType)
  return {
    people: bounce?.bouncedRecipients,
    at: bounce?.timestamp,
    verdictOf: ({ status, diagnosticCode }) =>
      bySubType ?? VERDICTS[classifyBounce({ type: bounce?.bounceType, code: status, text: diagnosticCode })],
  }
}

function complained({ complaint }: SesEvent): SesReport | null {
  if (complaint?.complaintFeedbackType === 'not-spam') return null
  // The address is on a suppression list: the complaint was about an earlier mail, which SES remembers.
  const isEarlier = /suppression/i.test(complaint?.complaintSubType ?? '')
  return {
    people: complaint?.complainedRecipients,
    at: complaint?.timestamp,
    verdictOf: always(isEarlier ? VERDICTS.complainedEarlier : VERDICTS.complained),
  }
}

/** A change of preferences on SES's own page counts if it leaves all topics, or one that was not left before. */
function changed({ mail, subscription }: SesEvent): SesReport | null {
  const { newTopicPreferences: next, oldTopicPreferences: before } = subscription ?? {}
  const leftIn = (some: typeof next): string[] =>
    (some?.topicSubscriptionStatus?.fit ?? []).flatMap(({ topicName, subscriptionStatus }) =>
      /opt.?out/i.test(subscriptionStatus) ? [topicName] : [],
    )
  const isLeaving = next?.unsubscribeAll === true || leftIn(next).some((topic) => !leftIn(before).includes(topic))
  if (next !== undefined && !isLeaving) return null
  return { people: next && mail?.destination, at: subscription?.timestamp, verdictOf: always(VERDICTS.unsubscribed) }
}

/** Events of a mail that SES accepted but did not send: it found a virus, or could not render the template. */
const neverSent = ({ mail }: SesEvent): SesReport => ({
  people: mail?.destination,
  at: undefined,
  verdictOf: always(VERDICTS.refused),
})

/** All documented events, by their key. Feedback notifications of an identity have `notificationType` instead of `eventType`. */
const EVENTS: EventTable<SesEvent, SesReport> = {
  delivery: ({ delivery }) => ({
    people: delivery?.recipients,
    at: delivery?.timestamp,
    verdictOf: always(VERDICTS.delivered),
  }),
  deliverydelay: ({ deliveryDelay: delay }) => ({
    people: delay?.delayedRecipients,
    at: delay?.timestamp,
    verdictOf: always(VERDICTS.deferred),
  }),
  bounce: bounced,
  complaint: complained,
  subscription: changed,
  reject: neverSent,
  renderingfailure: neverSent,
  ...withoutEffect('Send', 'Open', 'Click', 'AmazonSnsSubscriptionSucceeded'),
}

/** Message that SES publishes once, when a configuration set is connected to a topic. */
const GREETING = 'Successfully validated SNS topic for Amazon SES event publishing.'

/** Events in the `Message` of a notification, one per recipient. `id` is the notification's id, the same in each retry. */
export function sesEvents(message: string, id: string, now: number): ReadEvents {
  if (message.trim() === GREETING) return []
  const json = readJson(utf8(message), 'Amazon SES')
  if ('refused' in json) return { ...json, status: 422 }
  const name = text.parse(fieldOf(json.value, 'eventType')) ?? fieldOf(json.value, 'notificationType')
  const read = readVerdict({ name, table: EVENTS, schema }, json.value)
  if (read === null) return []
  if ('kind' in read) return [read]
  const { people, at: reportedAt, verdictOf } = read.verdict
  const { mail } = read.fields
  const at = timeOf(now, reportedAt, mail?.timestamp)
  const dispatch = mail?.tags?.dispatch?.fit[0]
  const reports: ReadEvents = (people?.fit ?? []).map((one, i) =>
    makeReport(verdictOf(one), { id: i === 0 ? id : `${id}/${i}`, email: one.emailAddress, at, dispatch }),
  )
  const unreadable = { kind: 'unreadable', name: cleanName(String(name)), place: 'its recipients' } as const
  return people === undefined || people.unfit > 0 || people.fit.length === 0 ? [...reports, unreadable] : reports
}
