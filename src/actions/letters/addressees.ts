import type { Campaign } from '../../campaigns/campaign.ts'
import type { Channels } from '../../campaigns/definition.ts'
import { carriedTargets } from '../../campaigns/letters.ts'
import type { Settings } from '../../env.ts'
import { type Address, normalise } from '../../security/address.ts'

export type DeskKind = 'target' | 'copies' | 'support'

/** Whoever gets mail in a campaign, under the name the ledger knows them by. */
export type Desk = {
  key: string
  kind: DeskKind
  id: string // in the campaign
  addresses: readonly Address[]
  perHour?: number | undefined
  zone?: string | undefined
  gathered: 'day' | 'week'
  /** How a letter goes to a target: alone, with others, or alone while it is soon its turn. Others get everything gathered. */
  ways: { alone: boolean; among: boolean }
  /** Shown in Cc of letters that go alone; gathered is then only what goes to nobody alone. */
  inCc: boolean
}

/** A target is known by its id alone, which has no colon. */
const keyOf = (kind: DeskKind, id: string): string => (kind === 'target' ? id : `${kind}:${id}`)

export const kindOf = (key: string): DeskKind =>
  key.startsWith('copies:') ? 'copies' : key.startsWith('support:') ? 'support' : 'target'

export const idOf = (key: string): string => key.slice(key.indexOf(':') + 1)

/** Everybody in a campaign to whom mail can go, by key. An address that stands twice among those of one kind is the first's alone. */
export function desksOf(campaign: Campaign): Map<string, Desk> {
  const targets = carriedTargets(campaign)
  const toTargets = new Set<Address>()
  const desks: Desk[] = targets.map(({ id, channels, caps, zone, gathered, ladder }) => ({
    key: keyOf('target', id),
    kind: 'target',
    id,
    addresses: addressesOf(channels, toTargets),
    perHour: caps?.perHour,
    zone,
    gathered: gathered ?? 'day',
    ways: { alone: ladder.includes('each'), among: ladder.includes('digest') },
    inCc: false,
  }))
  for (const kind of ['copies', 'support'] as const) {
    const known = new Set<Address>()
    for (const one of campaign[kind])
      desks.push({
        key: keyOf(kind, one.id),
        kind,
        id: one.id,
        addresses: addressesOf(one.channels, known),
        zone: one.zone,
        gathered: one.gathered ?? 'day',
        ways: { alone: false, among: true },
        inCc: 'by' in one && one.by === 'cc',
      })
  }
  return new Map(desks.map((desk) => [desk.key, desk]))
}

/** Addresses that are shown in Cc of letters that go alone. */
export const addressesInCc = (desks: Iterable<Desk>): Address[] => [
  ...new Set([...desks].flatMap(({ inCc, addresses }) => (inCc ? addresses : []))),
]

/** In the one form that is written to; those that are not `known` yet, and then are. */
const addressesOf = ({ email = [] }: Channels, known: Set<Address>): Address[] =>
  email.flatMap((one) => {
    const read = normalise(one)
    if (!read.ok || known.has(read.value)) return []
    known.add(read.value)
    return [read.value]
  })

/** Fingerprints of the addresses that are written to, by desk, in their order. */
export type Recipients = ReadonlyMap<string, readonly string[]>

export async function recipientsOf(settings: Settings, campaign: Campaign | null): Promise<Recipients> {
  const desks = campaign === null ? [] : [...desksOf(campaign).values()]
  const fingerprints = (desk: Desk) => Promise.all(desk.addresses.map((one) => settings.fingerprint(one)))
  return new Map(await Promise.all(desks.map(async (desk) => [desk.key, await fingerprints(desk)] as const)))
}
