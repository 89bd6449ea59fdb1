import type { Campaign } from '../../campaigns/campaign.ts'
import type { Channels } from '../../campaigns/definition.ts'
import { deliverableTargets } from '../../campaigns/letters.ts'
import type { Settings } from '../../env.ts'
import { type Address, normaliseAddress } from '../../security/address.ts'

export type AddresseeKind = 'target' | 'copies' | 'support'

/** Whoever gets mail in a campaign, under the name the ledger knows them by. */
export type Addressee = {
  key: string
  kind: AddresseeKind
  id: string // in the campaign
  addresses: readonly Address[]
  perHour?: number | undefined
  zone?: string | undefined
  digestInterval: 'day' | 'week'
  /** How a letter goes to a target: alone, with others, or alone while it is soon its turn. Others get everything gathered. */
  ways: { alone: boolean; among: boolean }
  /** Shown in Cc of letters that go alone; gathered is then only what goes to nobody alone. */
  inCc: boolean
}

/** A target is known by its id alone, which has no colon. */
const keyOf = (kind: AddresseeKind, id: string): string => (kind === 'target' ? id : `${kind}:${id}`)

export const kindOf = (key: string): AddresseeKind =>
  key.startsWith('copies:') ? 'copies' : key.startsWith('support:') ? 'support' : 'target'

export const idOf = (key: string): string => key.slice(key.indexOf(':') + 1)

/** Everybody in a campaign to whom mail can go, by key. An address that stands twice among those of one kind is the first's alone. */
export function addresseesOf(campaign: Campaign): Map<string, Addressee> {
  const targets = deliverableTargets(campaign)
  const toTargets = new Set<Address>()
  const addressees: Addressee[] = targets.map(({ id, channels, caps, zone, gathered: digestInterval, ladder }) => ({
    key: keyOf('target', id),
    kind: 'target',
    id,
    addresses: addressesOf(channels, toTargets),
    perHour: caps?.perHour,
    zone,
    digestInterval: digestInterval ?? 'day',
    ways: { alone: ladder.includes('each'), among: ladder.includes('digest') },
    inCc: false,
  }))
  for (const kind of ['copies', 'support'] as const) {
    const known = new Set<Address>()
    for (const one of campaign[kind])
      addressees.push({
        key: keyOf(kind, one.id),
        kind,
        id: one.id,
        addresses: addressesOf(one.channels, known),
        zone: one.zone,
        digestInterval: one.gathered ?? 'day',
        ways: { alone: false, among: true },
        inCc: 'by' in one && one.by === 'cc',
      })
  }
  return new Map(addressees.map((addressee) => [addressee.key, addressee]))
}

/** Addresses that are shown in Cc of letters that go alone. */
export const addressesInCc = (addressees: Iterable<Addressee>): Address[] => [
  ...new Set([...addressees].flatMap(({ inCc, addresses }) => (inCc ? addresses : []))),
]

/** In the one form that is written to; those that are not `known` yet, and then are. */
const addressesOf = ({ email = [] }: Channels, known: Set<Address>): Address[] =>
  email.flatMap((one) => {
    const read = normaliseAddress(one)
    if (!read.ok || known.has(read.value)) return []
    known.add(read.value)
    return [read.value]
  })

/** Fingerprints of the addresses that are written to, by addressee, in their order. */
export type Recipients = ReadonlyMap<string, readonly string[]>

export async function recipientsOf(settings: Settings, campaign: Campaign | null): Promise<Recipients> {
  const addressees = campaign === null ? [] : [...addresseesOf(campaign).values()]
  const fingerprints = (addressee: Addressee) =>
    Promise.all(addressee.addresses.map((one) => settings.fingerprint(one)))
  return new Map(
    await Promise.all(addressees.map(async (addressee) => [addressee.key, await fingerprints(addressee)] as const)),
  )
}
