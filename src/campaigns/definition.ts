import * as z from 'zod'
import { isShown } from '../kit/zones.ts'
import { country, date, email, isLocalTime, isZone, phone, time, webUrl, zone } from './definition-fields.ts'

/** The schema of `campaign.yaml`: all facts of a case. Prose belongs in the Markdown files; addresses belong only here. */

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/
const LOCALE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/

/** Most characters of a name, a role or a line of an address. Longer text is prose and belongs in the Markdown. */
const MAX_LINE_CHARS = 200

export const slug = z
  .string()
  .max(60)
  .regex(SLUG, 'expected lower-case words joined by hyphens, such as irtysh-foundry')
export const locale = z.string().regex(LOCALE, 'expected a language tag such as en or kk')
const id = z.string().max(40).regex(SLUG, 'expected a short name in lower case, such as governor')
/** Schema of text on one line. Surrounding spaces, such as those of YAML's folded style, are removed. */
export const singleLine = (maxChars: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxChars)
    .regex(/^[^\n]*$/, 'expected a single line')

const text = singleLine(MAX_LINE_CHARS)

/** Schema of a text for readers: one text for all, or one text per language. A missing language gets English. */
const localised = z.union([text, z.record(locale, text)])
export type Localised = z.infer<typeof localised>
const textsOf = (value: Localised): string[] => (typeof value === 'string' ? [value] : Object.values(value))

/** Topics of campaigns. Supporters choose topics, and audiences can be filtered by topic. */
export const TOPICS = [
  'mining',
  'metal',
  'energy',
  'transport',
  'manufacturing',
  'agriculture',
  'public-services',
  'media',
] as const
export const topic = z.enum(TOPICS)
export type Topic = z.infer<typeof topic>

/** Schema of the channels of a contact. An unknown address is left out, never empty. */
const channels = z.strictObject({
  post: z.array(text).min(1).optional(), // lines of a postal address, as on the envelope
  fax: z.array(phone).min(1).optional(),
  phone: z.array(phone).min(1).optional(),
  email: z.array(email).min(1).optional(),
  web: z.array(webUrl).min(1).optional(),
})
export type Channels = z.infer<typeof channels>

const organisation = z.strictObject({
  id,
  role: z.enum(['workers', 'campaign', 'relay', 'employer', 'authority', 'publisher']),
  name: localised,
  url: webUrl.optional(),
  contact: channels.optional(),
})

/** The ladder: the ways a letter can go to a target, in the order in which they are offered (DESIGN §5.6). */
const LADDER = ['own-mailbox', 'each', 'digest', 'paper'] as const

/** How long letters are collected for one digest: until the next working day begins (the default), or the next week. */
const digestWindow = z.enum(['day', 'week']).optional()

const target = z
  .strictObject({
    id,
    name: localised.optional(),
    role: localised,
    organisation: id.optional(),
    locale,
    salutation: localised,
    channels,
    ladder: z.array(z.enum(LADDER)).min(1),
    caps: z.strictObject({ perHour: z.int().positive() }).optional(),
    zone: zone.optional(), // time zone of the target's office hours
    gathered: digestWindow, // of the digest
    verifiedAt: date.optional(), // when the channels were last checked
  })
  .superRefine(({ locale, salutation, channels, ladder, gathered: digestWindow, caps }, context) => {
    const fault = (path: Array<string | number>, message: string) => context.addIssue({ code: 'custom', path, message })
    if (typeof salutation !== 'string' && salutation[locale] === undefined)
      fault(['salutation'], `expected a salutation in ${locale}, the language this target reads`)
    if (digestWindow !== undefined && !ladder.includes('digest'))
      fault(['gathered'], 'expected gathered only with digest in the ladder')
    if (caps !== undefined && !ladder.includes('each') && !ladder.includes('digest'))
      fault(['caps'], 'expected caps only with each or digest in the ladder')
    for (const [place, rung] of ladder.entries()) {
      if (rung === 'paper' && channels.post === undefined && channels.fax === undefined)
        fault(['ladder', place], 'expected paper only for a target with post or fax')
      if (rung !== 'paper' && channels.email === undefined)
        fault(['ladder', place], `expected ${rung} only for a target with email`)
      if (ladder.indexOf(rung) < place) fault(['ladder', place], 'expected each step of the ladder once')
    }
  })

const contact = z.strictObject({
  id,
  name: localised,
  role: localised.optional(),
  locale: locale.optional(),
  channels,
  zone: zone.optional(), // time zone of the hours at which mail arrives; UTC by default
  gathered: digestWindow,
})

/**
 * Schema of a contact that gets copies of the letters: in a digest (`batch`, the default), or in Cc of every single
 * letter (`cc`). `cc` is only for contacts that asked for it (docs/decisions/023-letters-in-cc.md).
 */
const copyContact = contact
  .extend({ by: z.enum(['batch', 'cc']).optional() })
  .refine(({ by, channels }) => by !== 'cc' || channels.email !== undefined, {
    path: ['by'],
    message: 'expected cc only for a contact with email',
  })

/**
 * Most addresses in Cc of a letter. With the target, a mail has the fifty recipients that Resend, Postmark, SES and
 * Cloudflare allow.
 */
const MAX_IN_CC = 49

const copies = z
  .array(copyContact)
  .refine((all) => all.flatMap(({ by, channels }) => (by === 'cc' ? (channels.email ?? []) : [])).length <= MAX_IN_CC, {
    message: `expected at most ${MAX_IN_CC} addresses by cc in all`,
  })

const event = z
  .strictObject({
    id,
    title: localised,
    start: time,
    end: time.optional(),
    zone,
    place: localised,
    sequence: z.int32().nonnegative().default(0), // raise by one at every change; calendars ignore a change without this
    cancelled: z.boolean().default(false),
  })
  .superRefine(({ start, end, zone, sequence, cancelled }, context) => {
    const fault = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
    if (end !== undefined && end <= start) fault('end', `expected a time after the start, ${start}`)
    if (cancelled && sequence === 0)
      fault('cancelled', 'expected a sequence of at least 1: calendars ignore a change without a higher sequence')
    for (const [field, local] of Object.entries({ start, end }))
      if (local !== undefined && isLocalTime(local) && isZone(zone) && !isShown(local, zone))
        fault(field, `expected a time that exists in ${zone}: clocks skip this one when they are put forward`)
  })
export type CampaignEvent = z.infer<typeof event>

const source = z.strictObject({
  id,
  title: text,
  publisher: text.optional(),
  author: text.optional(),
  date: date.optional(),
  url: webUrl.optional(),
  via: text.optional(), // intermediary that passed on the text
})

/** Schema of one party's figure. Figures of two parties are two claims; figures are never averaged or chosen. */
const claim = z.strictObject({
  figure: z.number(),
  bound: z.enum(['exactly', 'at-least', 'up-to', 'about']).default('exactly'),
  unit: localised,
  saidBy: localised,
  source: id.optional(),
  date: date.optional(),
})

/** One letter, or two with a full stop as in “Kh.”, for each name: a whole name must not stand where initials were agreed. */
const areInitials = (text: string): boolean =>
  text
    .trim()
    .split(/[\s-]+|(?<=\.)/)
    .every((part) => /^(?:\p{L}\p{M}*\.?|(?:\p{L}\p{M}*){2}\.)$/u.test(part))

/** Schema of a person in a case. Only `as` may ever be shown; a person with a withheld name has only a role. */
const person = z
  .strictObject({
    id,
    naming: z.enum(['named', 'initials', 'withheld']),
    as: localised.optional(),
    role: localised,
    atRisk: z.boolean().default(false),
    agreed: z.strictObject({ by: localised, on: date.optional() }).optional(), // who agreed to this naming
    until: date.optional(), // last day for this naming; nothing that names the person is sent later
  })
  .superRefine(({ naming, as, agreed }, context) => {
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (naming === 'withheld') {
      if (as !== undefined) fault(['as'], 'expected no name for a person whose name is withheld')
      return
    }
    if (as === undefined) fault(['as'], 'expected the name or the initials that may be shown')
    if (naming === 'initials' && as !== undefined && !textsOf(as).every(areInitials))
      fault(['as'], 'expected initials, such as A. B. (naming: initials); a whole name needs naming: named')
    if (agreed === undefined) fault(['agreed'], 'expected who agreed to this naming (by, on), or naming: withheld')
  })

/** `languages`: what they read, if it is more than the language of their mails. */
const moderator = z.strictObject({ email, locale, languages: z.array(locale).min(1).optional() })
/** Most moderators of a campaign. Each gets at most one mail an hour, and mails to one do not delay mails to others. */
const MAX_MODERATORS = 20

export const STATUSES = ['draft', 'open', 'won', 'closed'] as const

export const definition = z.strictObject({
  slug,
  kind: z.enum(['appeal', 'bulletin']).default('appeal'),
  invented: z.boolean().default(false), // a demonstration; every page and mail shows this
  example: z.boolean().optional(), // a sample that comes with Tocsin; a deploy leaves it out
  status: z.enum(STATUSES),
  opened: date,
  openedKnownTo: z.enum(['day', 'month', 'year', 'unknown']).default('day'), // precision of `opened` in the sources
  closes: date.optional(),
  doNotUseAfter: date.optional(), // last day (UTC) on which mail of the campaign may be sent
  replyTo: email.optional(), // gets the answers to appeals, updates and welcome mails, instead of REPLY_TO
  country,
  places: z.array(localised).default([]),
  topics: z.array(topic).min(1),
  organisations: z.array(organisation).default([]),
  targets: z.array(target).default([]),
  copies: copies.default([]),
  support: z.array(contact).default([]),
  events: z.array(event).default([]),
  sources: z.array(source).default([]),
  claims: z.array(claim).default([]),
  people: z.array(person).default([]),
  goal: z.strictObject({ letters: z.int().positive() }).optional(),
  /** Moderators of messages of support, endorsements and replies, each with a language. Never shown publicly. */
  moderators: z.array(moderator).min(1).max(MAX_MODERATORS).optional(),
  riskyIn: z.array(country).min(1).optional(), // countries where taking part is risky; every form shows a notice first
})
export type CampaignDefinition = z.infer<typeof definition>
