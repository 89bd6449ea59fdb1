import { type Campaign, wordsIn } from '../../campaigns/campaign.ts'
import { contactsIn, organisersOf, targetsOf } from '../../campaigns/contacts.ts'
import { localisedClaims, localisedEvent, localisedSources } from '../../campaigns/facts.ts'
import type { Prose } from '../../campaigns/text/prose.ts'
import { proseText } from '../../campaigns/text/prose-text.ts'
import { formatDay } from '../../kit/dates.ts'
import { DAY_MS, HOUR_MS } from '../../kit/durations.ts'
import { type Direction, directionOf, formatTag } from '../../kit/locales.ts'
import { countryName } from '../../kit/names.ts'
import { absolute, paths } from '../../paths.ts'
import { LIFETIME_MS } from '../../security/token.ts'
import type { Email } from '../message.ts'
import { proseHtml } from './prose-html.ts'
import { fontFor, PALETTE, sidesOf } from './style.ts'

/** What of the settings shows in a mail. `publicUrl` without a trailing slash. */
export type MailSender = { publicUrl: string; senderName: string; postalAddress: string; locales: readonly string[] }

/** What to compile. Appeals and updates need a campaign; a confirmation may name the one it was asked for from. */
export type TemplateInput = { email: Email; locale: string; campaign?: Campaign; updateId?: string; sender: MailSender }

type RenderedProse = { html: string; text: string }

/** What the templates read: everything resolved to the mail's language, nothing that differs between recipients. */
export function templateContext(input: TemplateInput) {
  const { email, locale, sender, campaign } = input
  const direction = directionOf(locale)
  const page = (path: string) => absolute(sender.publicUrl, path)
  return {
    email,
    locale,
    direction,
    ...sidesOf(direction),
    font: fontFor(locale),
    light: PALETTE.light,
    dark: PALETTE.dark,
    sender: { name: sender.senderName, postal: sender.postalAddress },
    links: {
      home: page(paths.home(locale)),
      signUp: page(paths.signUp(locale)),
      myData: page(paths.myData(locale)),
      campaign: campaign === undefined ? null : page(paths.campaign(locale, campaign.slug)),
      calendar: campaign === undefined ? null : page(paths.calendar(locale, campaign.slug)),
    },
    lifetimes: { confirmDays: LIFETIME_MS.confirm / DAY_MS, myDataHours: LIFETIME_MS.preferences / HOUR_MS },
    campaign: campaign === undefined ? null : campaignView(campaign, locale, direction),
    update: includesUpdate(input) && campaign ? updateView(campaign, locale, direction, input.updateId) : null,
  }
}

/** News for those who wrote may be an update, or that the case has ended. */
const includesUpdate = ({ email, updateId }: TemplateInput): boolean =>
  email === 'update' || (email === 'news' && updateId !== undefined)

function campaignView(campaign: Campaign, locale: string, direction: Direction) {
  const words = wordsIn(campaign, locale)
  // A mail says nothing of what is over: it is the same whenever it is compiled.
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
    appeal: renderProse(words.appeal, direction),
    supportWords: words.support === undefined ? null : renderProse(words.support, direction),
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

/** @throws Error when the campaign has no such update in this language; half a mail in another would help nobody. */
function updateView(campaign: Campaign, locale: string, direction: Direction, id: string | undefined) {
  const words = wordsIn(campaign, locale)
  const update = words.updates.find((one) => one.id === id)
  if (update === undefined) {
    const known = words.updates.map((one) => one.id).join(', ') || 'none'
    throw new Error(`campaign ${campaign.slug} has no update "${id ?? ''}" in ${locale}; it has ${known}`)
  }
  return {
    title: update.title,
    subject: words.subjects.update ?? update.title,
    day: formatDay(locale, update.date),
    body: renderProse(update.body, direction),
  }
}

const renderProse = (prose: Prose, direction: Direction): RenderedProse => ({
  html: proseHtml(prose, direction),
  text: proseText(prose),
})
