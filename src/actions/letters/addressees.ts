import type { Campaign } from '../../campaigns/campaign.ts'
import type { Channels } from '../../campaigns/definition.ts'
import { deliverableTargets } from '../../campaigns/letter-language.ts'
import type { Settings } from '../../env.ts'
import { type Address, normaliseAddress } from '../../security/address.ts'

/** `target`: gets letters. `copies`: gets copies of them. `support`: gets messages of support to the workers. */
export type AddresseeKind = 'target' | 'copies' | 'support'

/** A target, a reader of copies, or a contact of the workers, with the addresses that mail goes to. */
export type Addressee = {
  key: string // the group in the ledger
  kind: AddresseeKind
  id: string // in the campaign file
  addresses: readonly Address[]
  perHour?: number | undefined // letters in an hour, at most
  zone?: string | undefined // IANA time zone of the office hours
  digestInterval: 'day' | 'week'
  /** How a letter may go to a target: as a mail of its own, in a digest, or either. Other kinds get digests only. */
  ways: { alone: boolean; among: boolean }
  /** Shown in Cc of letters that go as mails of their own. Its digests then carry only the other letters. */
  inCc: boolean
}

/** The key of a target is its id, which has no colon. Other keys are `kind:id`. */
const keyOf = (kind: AddresseeKind, id: string): string => (kind === 'target' ? id : `${kind}:${id}`)

export const kindOf = (key: string): AddresseeKind =>
  key.startsWith('copies:') ? 'copies' : key.startsWith('support:') ? 'support' : 'target'

export const idOf = (key: string): string => key.slice(key.indexOf(':') + 1)

/** The addressees of a campaign that mail can reach, by key. An address that occurs twice in one kind belongs to the first only. */
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

/** Addresses that are shown in Cc of letters that go as mails of their own, each once. */
export const addressesInCc = (addressees: Iterable<Addressee>): Address[] => [
  ...new Set([...addressees].flatMap(({ inCc, addresses }) => (inCc ? addresses : []))),
]

/** Normalised addresses that are not in `known` yet. Adds them to `known`. */
const addressesOf = ({ email = [] }: Channels, known: Set<Address>): Address[] =>
  email.flatMap((one) => {
    const read = normaliseAddress(one)
    if (!read.ok || known.has(read.value)) return []
    known.add(read.value)
    return [read.value]
  })

/** Fingerprints of the addresses of each addressee, by key, in the order of the addresses. */
export type Recipients = ReadonlyMap<string, readonly string[]>

/** The recipients of a campaign; none when it was removed (null). */
export async function recipientsOf(settings: Settings, campaign: Campaign | null): Promise<Recipients> {
  const addressees = campaign === null ? [] : [...addresseesOf(campaign).values()]
  const fingerprints = (addressee: Addressee) =>
    Promise.all(addressee.addresses.map((one) => settings.fingerprint(one)))
  return new Map(
    await Promise.all(addressees.map(async (addressee) => [addressee.key, await fingerprints(addressee)] as const)),
  )
}
