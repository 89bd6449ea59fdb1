import { type Campaign, datedSections, datedSubject, isDated, localesOfMail } from '../../campaigns/campaign.ts'
import type { Schemas } from '../client.ts'
import { bothClocks } from '../moment.ts'
import type { Refusal } from './option-words.ts'
import { refusalFor, type SendWishes } from './request-dispatch.ts'

type CountedPeople = Pick<Schemas['Dispatch'], 'perLocale' | 'counts' | 'leftOut' | 'realAnswer'>

/** What is known of a send before it is asked about. */
export type Announced = {
  campaign: Campaign
  wishes: SendWishes
  counted: CountedPeople
  /** Languages of the site without a text of this e-mail. */
  missing: readonly string[]
  /** Lines about the published text. */
  warnings: readonly string[]
  zone?: string | undefined
}

export const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`)

/** What would be sent to whom, as lines: each language with its people and its subject, who is left out, and every warning. */
export function announcementOf({ campaign, wishes, counted, missing, warnings, zone }: Announced): string[] {
  const { email, update } = wishes
  const title = campaign.words.en?.title ?? campaign.slug
  const locales = localesOfMail(campaign, email, update)
  const per = locales.map((locale) => ({ locale, count: counted.perLocale[locale]?.planned ?? 0 }))
  const width = Math.max(...per.map(({ count }) => String(count).length), 1)
  return [
    `${title} (${campaign.slug}, revision ${campaign.revision})`,
    `E-mail: ${[email, update].filter(Boolean).join(' ')}`,
    ...(wishes.at === undefined ? [] : [`Start: ${bothClocks(wishes.at, zone)}`]),
    ...per.map(({ locale, count }) => {
      const stale = campaign.words[locale]?.stale === true ? '   (the translation is older than the English text)' : ''
      return `  ${locale}  ${String(count).padStart(width)}  ${subjectIn(campaign, wishes, locale)}${stale}`
    }),
    `In all: ${people(counted.counts.planned)}.`,
    ...leftOutLines(counted, wishes),
    ...(missing.length === 0
      ? []
      : [`No text in: ${missing.join(', ')}. Their readers get another of their languages, or English.`]),
    ...warnings,
  ]
}

function subjectIn(campaign: Campaign, { email, update }: SendWishes, locale: string): string {
  const words = campaign.words[locale]
  if (words === undefined) return ''
  const section = isDated(email) ? datedSections(words, email).find(({ id }) => id === update) : undefined
  return isDated(email) && section !== undefined ? datedSubject(words, email, section) : words.subjects.appeal
}

/** Why people in the audience get nothing, as `142 have it already`. */
export function reasonsOf({ leftOut }: Pick<CountedPeople, 'leftOut'>, { reachedBy }: SendWishes): string[] {
  const { reached = 0, paused = 0, suppressed = 0 } = leftOut ?? {}
  const why =
    reachedBy === undefined ? 'have it already, or will get it' : 'did not get that mail, or have the correction'
  return [
    reached > 0 &&
      `${reached} ${reached === 1 ? why.replace('have it', 'has it').replace(', or have ', ', or has ') : why}`,
    paused > 0 && `${paused} paused their mail`,
    suppressed > 0 && `${suppressed} left, complained, or their mail came back`,
  ].filter((line) => typeof line === 'string')
}

function leftOutLines(counted: CountedPeople, wishes: SendWishes): string[] {
  const reasons = reasonsOf(counted, wishes)
  return reasons.length === 0 ? [] : [`Left out: ${reasons.join('; ')}.`]
}

/** Why the real request would be refused now, in the words of the command line; undefined if it would not. */
export const refusalOf = ({ realAnswer }: CountedPeople, wishes: SendWishes): string | undefined =>
  realAnswer?.refused === undefined ? undefined : refusalFor(wishes, realAnswer.refused as Refusal)

/** “Nobody would get it: 142 have it already.” Undefined if somebody would. */
export function nobodyOf(counted: CountedPeople, wishes: SendWishes): string | undefined {
  if (counted.counts.planned > 0) return undefined
  const reasons = reasonsOf(counted, wishes).join('; ') || 'no supporter is in this audience'
  return `Nobody would get it: ${reasons}.`
}

/** What is asked before it is sent. */
export function questionOf({ wishes, counted, zone }: Pick<Announced, 'wishes' | 'counted' | 'zone'>): string {
  const to = people(counted.counts.planned)
  const hold = wishes.holdAfter === undefined ? '' : `, with a pause after ${people(wishes.holdAfter)}`
  const approval = counted.realAnswer?.state === 'awaiting-approval' ? ' A second organiser has to approve it.' : ''
  return wishes.at === undefined
    ? `Send it to ${to} now${hold}?${approval}`
    : `Send it to ${to} at ${bothClocks(wishes.at, zone)}${hold}?${approval}`
}
