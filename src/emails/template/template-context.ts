import {
  type Campaign,
  type DatedEmail,
  datedSections,
  datedSubject,
  isDated,
  wordsIn,
} from '../../campaigns/campaign.ts'
import { contactsIn, organisersOf, targetsOf } from '../../campaigns/contacts.ts'
import { localisedClaims, localisedEvent, localisedSources } from '../../campaigns/facts.ts'
import { proseForMail } from '../../campaigns/text/absolute-links.ts'
import type { Prose } from '../../campaigns/text/prose.ts'
import { proseText } from '../../campaigns/text/prose-text.ts'
import { formatDay } from '../../kit/dates.ts'
import { DAY_MS, HOUR_MS } from '../../kit/durations.ts'
import { type Direction, directionOf, formatTag } from '../../kit/locales.ts'
import { countryName } from '../../kit/localised-names.ts'
import { absolute, paths } from '../../paths.ts'
import { LIFETIME_MS } from '../../security/token.ts'
import type { Email } from '../message.ts'
import { proseHtml } from './prose-html.ts'
import { fontFor, PALETTE, sidesOf } from './style.ts'

/** The settings that appear in mails. `publicUrl` has no trailing slash. */
export type MailSender = { publicUrl: string; senderName: string; postalAddress: string; locales: readonly string[] }

/**
 * Input of `compile`. Mails to many people need a campaign; a confirmation may name the campaign of its sign-up form, or the day on which
 * an import brought the address (ISO 8601).
 */
export type TemplateInput = {
  email: Email
  locale: string
  campaign?: Campaign
  updateId?: string
  importedOn?: string
  sender: MailSender
}

type RenderedProse = { html: string; text: string }
type ProseRenderer = (prose: Prose) => RenderedProse

/** Variables of the Liquid templates, resolved to the mail's language. Contains nothing that differs between recipients. */
export function templateContext(input: TemplateInput) {
  const { email, locale, sender, campaign } = input
  const direction = directionOf(locale)
  const dated = datedIn(input)
  const page = (path: string) => absolute(sender.publicUrl, path)
  const prose = (prose: Prose) => renderProse(proseForMail(prose, locale, sender.publicUrl), direction)
  return {
    email,
    locale,
    direction,
    ...sidesOf(direction),
    font: fontFor(locale),
    light: PALETTE.light,
    dark: PALETTE.dark,
    sender: {
      name: sender.senderName,
      postal: sender.postalAddress,
      isNamed: sender.postalAddress.startsWith(sender.senderName), // the address begins with the name
    },
    links: {
      home: page(paths.home(locale)),
      signUp: page(paths.signUp(locale)),
      myData: page(paths.myData(locale)),
      campaign: campaign === undefined ? null : page(paths.campaign(locale, campaign.slug)),
      calendar: campaign === undefined ? null : page(paths.calendar(locale, campaign.slug)),
    },
    lifetimes: { confirmDays: LIFETIME_MS.confirm / DAY_MS, myDataHours: LIFETIME_MS.preferences / HOUR_MS },
    imported: input.importedOn === undefined ? null : { day: formatDay(locale, input.importedOn) },
    campaign: campaign === undefined ? null : campaignView(campaign, locale, prose),
    update: dated !== null && campaign ? datedView(campaign, locale, prose, dated, input.updateId) : null,
  }
}

/** Which dated section the mail contains. A writer update (`news`) is either an update or the news that the case has ended. */
function datedIn({ email, updateId }: TemplateInput): DatedEmail | null {
  if (email === 'news') return updateId === undefined ? null : 'update'
  return isDated(email) ? email : null
}

function campaignView(campaign: Campaign, locale: string, prose: ProseRenderer) {
  const words = wordsIn(campaign, locale)
  // Past events are included: a template must be the same whenever it is compiled.
  const events = (cancelled: boolean) =>
    campaign.events.filter((event) => event.cancelled === cancelled).map((event) => localisedEvent(event, locale))
  const { title, summary, subjects, author, dateline, demands, stale } = words
  return {
    title,
    summary,
    subjects,
    author: author === undefined ? null : { name: author.name, office: author.office ?? null },
    dateline: dateline ?? null,
    demands,
    stale,
    kind: campaign.kind,
    invented: campaign.invented,
    country: countryName(locale, campaign.country),
    appeal: prose(words.appeal),
    supportWords: words.support === undefined ? null : prose(words.support),
    hasLetter: words.letter !== undefined,
    targets: targetsOf(campaign, locale),
    copies: contactsIn(campaign.copies, locale),
    support: contactsIn(campaign.support, locale),
    organisers: organisersOf(campaign, locale),
    events: events(false),
    cancelledEvents: events(true),
    claims: localisedClaims(campaign, locale).map(({ figure, ...claim }) => ({
      ...claim,
      figure: new Intl.NumberFormat(formatTag(locale)).format(figure),
    })),
    sources: localisedSources(campaign, locale),
  }
}

/**
 * An update or a correction of a campaign in one language, for templates.
 * @throws Error when it does not exist in this language. English would not do: a mail must not mix languages.
 */
function datedView(
  campaign: Campaign,
  locale: string,
  prose: ProseRenderer,
  email: DatedEmail,
  id: string | undefined,
) {
  const words = wordsIn(campaign, locale)
  const sections = datedSections(words, email)
  const section = sections.find((one) => one.id === id)
  if (section === undefined) {
    const known = sections.map((one) => one.id).join(', ') || 'none'
    throw new Error(`campaign ${campaign.slug} has no ${email} "${id ?? ''}" in ${locale}; it has ${known}`)
  }
  return {
    title: section.title,
    subject: datedSubject(words, email, section),
    day: formatDay(locale, section.date),
    body: prose(section.body),
  }
}

const renderProse = (prose: Prose, direction: Direction): RenderedProse => ({
  html: proseHtml(prose, direction),
  text: proseText(prose),
})
