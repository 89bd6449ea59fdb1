import * as z from 'zod'

/** `campaign.yaml`: everything about a case that is a fact and not prose. Addresses live here and nowhere else. */

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/
const LOCALE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/

export const slug = z.string().max(60).regex(SLUG, 'expected lower-case words joined by hyphens, such as irtysh-foundry')
export const locale = z.string().regex(LOCALE, 'expected a language tag such as en or kk')
const id = z.string().max(40).regex(SLUG, 'expected a short name in lower case, such as governor')
const country = z.string().regex(/^[A-Z]{2}$/, 'expected a country code of two capitals (ISO 3166-1), such as KZ')
const date = z.iso.date('expected a date such as 2015-09-28')
const httpsUrl = z.url({ protocol: /^https?$/, error: 'expected a web address starting with https://' })

/** Shown to readers: one text for all, or one per language (a missing language gets English). */
export const localised = z.union([z.string().min(1), z.record(locale, z.string().min(1))])
export type Localised = z.infer<typeof localised>

/** What a campaign is about; supporters choose by these, and audiences can be drawn by them. */
export const TOPICS = [
  'mining', 'metal', 'energy', 'transport', 'manufacturing', 'agriculture', 'public-services', 'media',
] as const
export const topic = z.enum(TOPICS)
export type Topic = z.infer<typeof topic>

/** The ways to someone. An address of a channel that is not known is left out, never left empty. */
const channels = z.strictObject({
  post: z.array(z.string().min(1)).min(1).optional(), // lines of a postal address, as they stand on the envelope
  fax: z.array(z.string().regex(/^\+[0-9 ()-]{6,24}$/, 'expected an international number such as +7 384 223 3156')).optional(),
  phone: z.array(z.string().regex(/^\+[0-9 ()-]{6,24}$/, 'expected an international number such as +7 384 223 3156')).optional(),
  email: z.array(z.email('expected an e-mail address')).optional(),
  web: z.array(httpsUrl).optional(),
})
export type Channels = z.infer<typeof channels>

const organisation = z.strictObject({
  id,
  role: z.enum(['workers', 'campaign', 'relay', 'employer', 'authority', 'publisher']),
  name: localised,
  url: httpsUrl.optional(),
  contact: channels.optional(),
})

export const LADDER = ['own-mailbox', 'each', 'digest', 'paper'] as const

const target = z.strictObject({
  id,
  name: localised.optional(),
  role: localised,
  organisation: id.optional(),
  locale,
  salutation: localised,
  channels,
  ladder: z.array(z.enum(LADDER)).min(1),
  caps: z.strictObject({ perHour: z.int().positive() }).optional(),
  zone: z.string().optional(), // IANA time zone of the target's office hours
  verifiedAt: date.optional(), // when somebody last checked that the channels are right
})

const contact = z.strictObject({ id, name: localised, role: localised.optional(), locale: locale.optional(), channels })

const event = z.strictObject({
  id,
  title: localised,
  start: z.iso.datetime({ local: true, error: 'expected a local time such as 2015-09-28T16:00' }),
  end: z.iso.datetime({ local: true, error: 'expected a local time such as 2015-09-28T17:30' }).optional(),
  zone: z.string(), // IANA, such as Europe/London
  place: localised,
})

const source = z.strictObject({
  id,
  title: z.string().min(1),
  publisher: z.string().optional(),
  author: z.string().optional(),
  date: date.optional(),
  url: httpsUrl.optional(),
  via: z.string().optional(), // through whom the text reached us
})

/** One party's figure. Two parties' figures are two claims; nothing is averaged or chosen. */
const claim = z.strictObject({
  figure: z.number(),
  bound: z.enum(['exactly', 'at-least', 'up-to', 'about']).default('exactly'),
  unit: localised,
  saidBy: localised,
  source: id.optional(),
  date: date.optional(),
})

/** How somebody may be named. `as` is all that may ever be shown; a withheld person has a role only. */
const person = z.strictObject({
  id,
  naming: z.enum(['named', 'initials', 'withheld']),
  as: localised.optional(),
  role: localised,
  atRisk: z.boolean().default(false),
  agreed: z.strictObject({ by: localised, on: date.optional() }).optional(), // who agreed to this naming
  until: date.optional(), // review before this day; after it nothing is sent that names them
})

export const STATUSES = ['draft', 'open', 'won', 'closed'] as const

export const definition = z.strictObject({
  slug,
  kind: z.enum(['appeal', 'bulletin']).default('appeal'),
  invented: z.boolean().default(false), // a demonstration: every page and mail says so
  status: z.enum(STATUSES),
  opened: date,
  closes: date.optional(),
  doNotUseAfter: date.optional(), // the last day (UTC) on which anything of it may be sent
  country,
  places: z.array(localised).default([]),
  topics: z.array(topic).min(1),
  organisations: z.array(organisation).default([]),
  targets: z.array(target).default([]),
  copies: z.array(contact).default([]),
  support: z.array(contact).default([]),
  events: z.array(event).default([]),
  sources: z.array(source).default([]),
  claims: z.array(claim).default([]),
  people: z.array(person).default([]),
  goal: z.strictObject({ letters: z.int().positive() }).optional(),
})
export type Definition = z.infer<typeof definition>
