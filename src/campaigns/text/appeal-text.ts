import { clean } from '../../kit/characters.ts'
import { formatDay } from '../../kit/dates.ts'
import { countryName, languageName } from '../../kit/localised-names.ts'
import { joinList, type Translator, translator } from '../../kit/page-texts.ts'
import { absolute, paths } from '../../paths.ts'
import { eventStatus } from '../calendar/events.ts'
import { type Campaign, type CampaignWords, readableLocale, textIn, wordsIn } from '../campaign.ts'
import { type Correspondent, contactsIn, organisationIn, reachable, targetsOf } from '../contacts.ts'
import { localisedClaims, localisedEvent, localisedSources } from '../facts.ts'
import { campaignStatus, lastDayOfUse } from '../page-status.ts'
import { noticesOf } from '../pages/notices.ts'
import { withAbsoluteLinks } from './absolute-links.ts'
import type { Prose } from './prose.ts'
import { hang, indent, item, proseText, TEXT_COLUMNS, tidy, titled, wayText, wrap } from './prose-text.ts'

/** The text to write: `locale` is the reader's language, `publicUrl` has no trailing slash, `now` in epoch ms. */
type AppealTextRequest = { campaign: Campaign; locale: string; publicUrl: string; now: number }

/** Context of every part: the language, its texts, and whether people are still asked to act. */
type AppealContext = {
  campaign: Campaign
  words: CampaignWords
  locale: string
  t: Translator
  live: boolean
  now: number
  prose: (prose: Prose) => string
}

/** The whole appeal as plain text for sharing, where HTML cannot be used. */
export function appealText({ campaign, locale: readerLocale, publicUrl, now }: AppealTextRequest): string {
  const status = campaignStatus(campaign, now)
  if (status === 'under-review') {
    const t = translator(readerLocale)
    const url = absolute(publicUrl, paths.campaign(readerLocale, campaign.slug))
    return tidy([titled(t('notice.review-title')), wrap(t('notice.review')), url].join('\n\n'))
  }
  const locale = readableLocale(campaign, readerLocale)
  const context = {
    campaign,
    words: wordsIn(campaign, readerLocale),
    locale,
    t: translator(locale),
    live: status === 'open',
    now,
    prose: (prose: Prose) => proseText(withAbsoluteLinks(prose, publicUrl)),
  }
  const parts = [
    ...noticesOf(campaign, status, readerLocale).map(({ text }) => wrap(text)),
    ...appealSections(context),
    ...recipientSections(context),
    ...factSections(context),
    ...sourceSections(context, absolute(publicUrl, paths.campaign(locale, campaign.slug))),
  ]
  return tidy(clean(parts.join('\n\n')))
}

/** A heading with content; empty when there is no content. */
function section(title: string, parts: readonly string[], intro?: string): string[] {
  if (parts.length === 0) return []
  return [titled(title), ...(intro === undefined ? [] : [wrap(intro)]), ...parts]
}

function appealSections({ campaign, words, locale, t, prose }: AppealContext): string[] {
  const { title, dateline, author, demands } = words
  const places = [countryName(locale, campaign.country), ...campaign.places.map((place) => textIn(place, locale))]
  const demanded = demands.map((demand, index) => item(demand, index + 1)).join('\n')
  return [
    titled(title),
    [joinList(locale, places), dateline ?? ''].map((line) => wrap(line)).join('\n'),
    prose(words.appeal),
    ...(author === undefined ? [] : [[author.name, author.office ?? ''].map((line) => wrap(line)).join('\n')]),
    ...section(t('campaign.demands'), demands.length === 0 ? [] : [demanded]),
  ]
}

function recipientSections({ campaign, words, locale, t, live, prose }: AppealContext): string[] {
  const targets = targetsOf(campaign, locale).map((target, index) => {
    const { locale: theirs, salutation } = campaign.targets[index] ?? { locale, salutation: '' }
    const facts = [fact(t('campaign.language'), languageName(locale, theirs))]
    if (live) facts.push(fact(t('campaign.begin'), textIn(salutation, theirs)))
    return party(t, target, `${index + 1}. `, facts)
  })
  const list = (parties: Correspondent[]) => parties.map((one) => party(t, one))
  const support = words.support === undefined ? [] : [prose(words.support)]
  const organisations = reachable(campaign).map((organisation) => ({
    ...organisationIn(organisation, locale),
    roles: [t(`role.${organisation.role}`)],
  }))
  return [
    ...section(
      t(live ? 'campaign.targets' : 'campaign.targets-past'),
      targets,
      live ? t('campaign.targets-intro') : undefined,
    ),
    ...section(
      t(live ? 'campaign.letter' : 'campaign.letter-past'),
      words.letter === undefined ? [] : [prose(words.letter)],
      live ? t('campaign.letter-intro') : undefined,
    ),
    ...section(t(live ? 'campaign.copies' : 'campaign.copies-past'), list(contactsIn(campaign.copies, locale))),
    ...section(t(live ? 'campaign.support' : 'campaign.support-past'), [
      ...support,
      ...list(contactsIn(campaign.support, locale)),
    ]),
    ...section(t('campaign.organisations'), list(organisations)),
  ]
}

/** A contact with all channels. */
function party(t: Translator, { title, roles, ways }: Correspondent, mark = '', facts: readonly string[] = []): string {
  const lines = [
    ...[title, ...roles].map((line) => wrap(line, TEXT_COLUMNS - mark.length)),
    ...ways.map(({ label, lines }) =>
      wayText(
        t(`channel.${label}`),
        lines.map(({ text }) => text),
      ),
    ),
    ...facts,
  ]
  return hang(mark, lines.join('\n'))
}

/** Columns on the left for the marks of a numbered list. */
const NUMBER_COLUMNS = 4

function fact(label: string, text: string): string {
  const mark = `  ${label}: `
  return hang(mark, wrap(text, TEXT_COLUMNS - NUMBER_COLUMNS - mark.length))
}

function factSections({ campaign, locale, t, now }: AppealContext): string[] {
  const events = campaign.events.map((event) => {
    const { title, when, place } = localisedEvent(event, locale)
    const status = eventStatus(event, now)
    const state = status === 'coming' ? [] : [t(`campaign.event-${status}`)]
    return [title, ...state, when, place].map((line) => wrap(line)).join('\n')
  })
  const claims = localisedClaims(campaign, locale).map(({ bound, figure, unit, saidBy, cited }) => {
    const statement = item(`${t(`claim.${bound}`, { figure })} ${unit}, ${t('claim.said-by', { name: saidBy })}`)
    return [statement, ...cited.map(indent)].join('\n')
  })
  return [
    ...section(t('campaign.event'), events),
    ...section(t('campaign.claims'), claims.length === 0 ? [] : [claims.join('\n')], t('campaign.claims-intro')),
  ]
}

/** Sources of the case, its address on the web, and the last day of use. */
function sourceSections({ campaign, locale, t, live }: AppealContext, url: string): string[] {
  const sources = localisedSources(campaign, locale).map(({ title, credit, via, url }) =>
    [
      item(title),
      ...(credit.length === 0 ? [] : [indent(joinList(locale, credit))]),
      ...(via === null ? [] : [indent(t('campaign.via', { name: via }))]),
      ...(url === null ? [] : [indent(url)]),
    ].join('\n'),
  )
  const lastDay = lastDayOfUse(campaign)
  const use =
    lastDay === undefined
      ? t('plain.no-last-day')
      : `${t('plain.last-day', { day: formatDay(locale, lastDay) })} ${t('plain.after')}`
  return [
    ...section(t('campaign.sources'), sources.length === 0 ? [] : [sources.join('\n')]),
    ...section(t('plain.state'), [url, ...(live ? [wrap(use)] : [])]),
  ]
}
