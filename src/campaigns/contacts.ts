import { textIn } from './campaign.ts'
import type { CampaignDefinition, Channels, Localised } from './definition.ts'

/** One channel of a contact, for mails and plain text. `label` is a key of the strings under `channel`. */
export type Way = { label: keyof Channels; lines: Array<{ text: string; url: string | null }> }

/** A contact with all channels. `title` is the name, or the role of a contact without a name. */
export type Correspondent = { title: string; roles: string[]; ways: Way[] }

/** Channels in display order: the most likely way to send a letter first. */
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

/** Organisations with at least one channel. */
export const reachable = (campaign: CampaignDefinition): Organisation[] =>
  campaign.organisations.filter(({ contact, url }) => (contact ?? url) !== undefined)

export const organisationIn = ({ name, contact, url }: Organisation, locale: string): Correspondent =>
  correspondent(locale, [name], { ...contact, ...(url && { web: [...new Set([url, ...(contact?.web ?? [])])] }) })

/** Organisations that run or relay the campaign and can answer questions. */
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
