import * as z from 'zod'
import { isShown } from '../kit/zones.ts'

/** `campaign.yaml`: everything about a case that is a fact and not prose. Addresses live here and nowhere else. */

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/
const LOCALE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/
const PHONE = /^\+[0-9 ()-]{6,24}$/

/** Characters of a name, a role or a line of an address: more is prose, which belongs in the Markdown. */
const MAX_LINE_CHARS = 200

export const slug = z
  .string()
  .max(60)
  .regex(SLUG, 'expected lower-case words joined by hyphens, such as irtysh-foundry')
export const locale = z.string().regex(LOCALE, 'expected a language tag such as en or kk')
const id = z.string().max(40).regex(SLUG, 'expected a short name in lower case, such as governor')
const date = z.iso.date('expected a date such as 2015-09-28')
const time = z.iso.datetime({ local: true, error: 'expected a local time such as 2015-09-28T16:00' })
const httpsUrl = z.url({ protocol: /^https?$/, error: 'expected a web address starting with https://' })
const phone = z.string().regex(PHONE, 'expected an international number such as +7 384 223 3156')

/** Text that is shown on one line. Spaces around it, such as YAML's folded style leaves, do not count. */
export const singleLine = (maxChars: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxChars)
    .regex(/^[^\n]*$/, 'expected a single line')

const text = singleLine(MAX_LINE_CHARS)

const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'expected a country code of two capitals (ISO 3166-1), such as KZ')
  .refine((code) => !/^[A-Z]{2}$/.test(code) || isCountry(code), 'expected a country code of ISO 3166-1, such as KZ')

const zone = z.string().refine(isZone, 'expected a time zone of the IANA list, such as Europe/London')

/** Shown to readers: one text for all, or one per language (a missing language gets English). */
export const localised = z.union([text, z.record(locale, text)])
export type Localised = z.infer<typeof localised>

/** What a campaign is about; supporters choose by these, and audiences can be drawn by them. */
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

/** The ways to someone. An address of a channel that is not known is left out, never left empty. */
const channels = z.strictObject({
  post: z.array(text).min(1).optional(), // lines of a postal address, as they stand on the envelope
  fax: z.array(phone).min(1).optional(),
  phone: z.array(phone).min(1).optional(),
  email: z.array(z.email('expected an e-mail address')).min(1).optional(),
  web: z.array(httpsUrl).min(1).optional(),
})
export type Channels = z.infer<typeof channels>

const organisation = z.strictObject({
  id,
  role: z.enum(['workers', 'campaign', 'relay', 'employer', 'authority', 'publisher']),
  name: localised,
  url: httpsUrl.optional(),
  contact: channels.optional(),
})

/** The ways a letter can go to a target, in the order in which they are offered (DESIGN §5.6). */
export const LADDER = ['own-mailbox', 'each', 'digest', 'paper'] as const

/** How long letters are gathered for one mail: it goes when the next working day begins, as it does where this is not given, or the next week. */
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
    zone: zone.optional(), // of the target's office hours
    gathered: digestWindow, // for the digest
    verifiedAt: date.optional(), // when somebody last checked that the channels are right
  })
  .superRefine(({ locale, salutation, channels, ladder, gathered: digestWindow, caps }, context) => {
    const fault = (path: Array<string | number>, message: string) => context.addIssue({ code: 'custom', path, message })
    if (typeof salutation !== 'string' && salutation[locale] === undefined)
      fault(['salutation'], `expected a salutation in ${locale}, the language this target reads`)
    if (digestWindow !== undefined && !ladder.includes('digest'))
      fault(['gathered'], 'expected it only with digest in the ladder, whose letters it is about')
    if (caps !== undefined && !ladder.includes('each') && !ladder.includes('digest'))
      fault(['caps'], 'expected it only with each or digest in the ladder, whose mails it is about')
    for (const [place, rung] of ladder.entries()) {
      if (rung === 'paper' && channels.post === undefined && channels.fax === undefined)
        fault(['ladder', place], 'expected paper only for a target with post or fax')
      if (rung !== 'paper' && channels.email === undefined)
        fault(['ladder', place], `expected ${rung} only for a target with email`)
      if (ladder.indexOf(rung) < place) fault(['ladder', place], 'expected each way once')
    }
  })

const contact = z.strictObject({
  id,
  name: localised,
  role: localised.optional(),
  locale: locale.optional(),
  channels,
  zone: zone.optional(), // of the hours at which mail reaches them; UTC where none is given
  gathered: digestWindow,
})

/**
 * Whoever gets copies of the letters: gathered (`batch`, as where nothing is given), or shown in Cc of every letter that goes alone, if
 * they have asked for it (docs/decisions/023-letters-in-cc.md).
 */
const copyContact = contact
  .extend({ by: z.enum(['batch', 'cc']).optional() })
  .refine(({ by, channels }) => by !== 'cc' || channels.email !== undefined, {
    path: ['by'],
    message: 'expected cc only for a contact with email',
  })

/** Addresses in Cc of a letter: with the target's own the fifty that Resend, Postmark, SES and Cloudflare take in a mail. */
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
    sequence: z.int32().nonnegative().default(0), // one more at every change: calendars that have the event keep what they have otherwise
    cancelled: z.boolean().default(false),
  })
  .superRefine(({ start, end, zone, sequence, cancelled }, context) => {
    const fault = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
    if (end !== undefined && end <= start) fault('end', `expected a time after the start, ${start}`)
    if (cancelled && sequence === 0)
      fault('cancelled', 'expected a sequence of at least 1 with it, which tells calendars of the change')
    for (const [field, local] of Object.entries({ start, end }))
      if (isZone(zone) && time.safeParse(local).success && local !== undefined && !isShown(local, zone))
        fault(field, `expected a time that clocks in ${zone} show: they are put forward over it`)
  })
export type CampaignEvent = z.infer<typeof event>

const source = z.strictObject({
  id,
  title: text,
  publisher: text.optional(),
  author: text.optional(),
  date: date.optional(),
  url: httpsUrl.optional(),
  via: text.optional(), // through whom the text reached us
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
const person = z
  .strictObject({
    id,
    naming: z.enum(['named', 'initials', 'withheld']),
    as: localised.optional(),
    role: localised,
    atRisk: z.boolean().default(false),
    agreed: z.strictObject({ by: localised, on: date.optional() }).optional(), // who agreed to this naming
    until: date.optional(), // review before this day; after it nothing is sent that names them
  })
  .superRefine(({ naming, as, agreed }, context) => {
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (naming === 'withheld') {
      if (as !== undefined) fault(['as'], 'expected no name for a person whose name is withheld')
      return
    }
    if (as === undefined) fault(['as'], 'expected the name or the initials, as they may be shown')
    if (agreed === undefined) fault(['agreed'], 'expected who agreed to this naming (by, on), or naming: withheld')
  })

const moderator = z.strictObject({ email: z.email('expected an e-mail address'), locale })
/** Each of them gets a mail an hour at the most, and every one more delays none of it. */
const MAX_MODERATORS = 20

export const STATUSES = ['draft', 'open', 'won', 'closed'] as const

export const definition = z.strictObject({
  slug,
  kind: z.enum(['appeal', 'bulletin']).default('appeal'),
  invented: z.boolean().default(false), // a demonstration: every page and mail says so
  status: z.enum(STATUSES),
  opened: date,
  openedKnownTo: z.enum(['day', 'month', 'year', 'unknown']).default('day'), // how much of `opened` the sources support
  closes: date.optional(),
  doNotUseAfter: date.optional(), // the last day (UTC) on which anything of it may be sent
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
  /** Who reads messages of support, endorsements and replies before anybody else does, each in their language. Shown nowhere. */
  moderators: z.array(moderator).min(1).max(MAX_MODERATORS).optional(),
  riskyIn: z.array(country).min(1).optional(), // where taking part can be held against somebody: said before every form
})
export type CampaignDefinition = z.infer<typeof definition>

/** CLDR names every country of ISO 3166-1, and ZZ “unknown”. */
function isCountry(code: string): boolean {
  const name = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' }).of(code)
  return code !== 'ZZ' && name !== undefined
}

function isZone(name: string): boolean {
  if (!/^([A-Z][\w+-]*\/[\w+/-]+|UTC)$/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
