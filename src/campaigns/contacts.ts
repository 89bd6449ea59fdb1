import { textIn } from './campaign.ts'
import type { CampaignDefinition, Channels, Localised } from './definition.ts'

/** One way to somebody, as a mail or a plain text shows it: `label` is a key of the strings' `channel`. */
export type Way = { label: keyof Channels; lines: Array<{ text: string; url: string | null }> }

/** Somebody one can write to. `title` is their name, or their role where they have none. */
export type Correspondent = { title: string; roles: string[]; ways: Way[] }

/** The ways in the order a letter is most likely to be sent today. */
const ORDER = ['email', 'post', 'fax', 'phone', 'web'] as const satisfies ReadonlyArray<keyof Channels>

export function targetsOf(campaign: CampaignDefinition, locale: string): Correspondent[] {
  return campaign.targets.map((target) => {
    const organisation = campaign.organisations.find(({ id }) => id === target.organisation)
    return correspondent(locale, [target.name, target.role, organisation?.name], target.channels)
  })
}

export const contactsIn = (contacts: CampaignDefinition['copies'], locale: string): Correspondent[] =>
  contacts.map(({ name, role, channels }) => correspondent(locale, [name, role], channels))

type Organisation = CampaignDefinition['organisations'][number]

/** The organisations that can be reached. */
export const reachable = (campaign: CampaignDefinition): Organisation[] =>
  campaign.organisations.filter(({ contact, url }) => (contact ?? url) !== undefined)

export const organisationIn = ({ name, contact, url }: Organisation, locale: string): Correspondent =>
  correspondent(locale, [name], { ...contact, ...(url && { web: [...new Set([url, ...(contact?.web ?? [])])] }) })

/** Whoever runs or relays the campaign and can be asked about it. */
export const organisersOf = (campaign: CampaignDefinition, locale: string): Correspondent[] =>
  reachable(campaign)
    .filter(({ role }) => role === 'campaign' || role === 'relay')
    .map((organisation) => organisationIn(organisation, locale))

function correspondent(locale: string, names: Array<Localised | undefined>, channels: Channels): Correspondent {
  const [title = '', ...roles] = names.filter((name) => name !== undefined).map((name) => textIn(name, locale))
  return { title, roles: roles.filter((role) => role !== title), ways: waysOf(channels) }
}

const waysOf = (channels: Channels): Way[] =>
  ORDER.flatMap((label) => {
    const lines = channels[label]?.map((text) => ({ text, url: linkOf(label, text) })) ?? []
    return lines.length === 0 ? [] : [{ label, lines }]
  })

function linkOf(label: keyof Channels, text: string): string | null {
  if (label === 'email') return `mailto:${text.split('@').map(encodeURIComponent).join('@')}`
  return label === 'web' ? text : null
}
