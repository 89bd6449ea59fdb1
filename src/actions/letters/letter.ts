import * as z from 'zod'
import type { Campaign } from '../../campaigns/campaign.ts'
import { deliverableTargets } from '../../campaigns/letters.ts'
import { letterTemplate, letterText } from '../../emails/letters/letter.ts'
import { senderOf } from '../../emails/sender.ts'
import { template } from '../../emails/template/template.ts'
import type { MailSender } from '../../emails/template/template-context.ts'
import type { Settings } from '../../env.ts'
import { fromUtf8, utf8 } from '../../kit/bytes.ts'
import { parseJson } from '../../kit/parse-json.ts'
import type { Address } from '../../security/address.ts'
import type { Keyring } from '../../security/keyring.ts'
import { openBytes, sealBytes } from '../../security/vault.ts'
import type { LetterDraft } from '../drafts/draft.ts'
import { type Addressee, addresseesOf, addressesInCc } from './addressees.ts'
import { type DigestEntry, sealDigestEntry } from './digest-entry.ts'
import type { NewLetter } from './letter-rows.ts'

/** A confirmed letter that goes to one address of one target as a mail of its own, frozen as its writer saw it. */
const letter = z.strictObject({
  to: z.string(),
  name: z.string(), // the writer's, as the mail's sender
  replyTo: z.string(),
  cc: z.array(z.custom<Address>((one) => typeof one === 'string')), // those its writer was told of
  template,
})
export type TargetLetter = z.infer<typeof letter>

/** What a confirmed draft makes for one address: a mail of its own, words for a mail with others', or either, as its turn comes. */
export type DraftedLetter = {
  addressee: Addressee
  address: number
  alone: TargetLetter | null
  among: DigestEntry | null
}

/** Everything that a draft makes now; copies are of what goes to the targets. */
function draftLetters(campaign: Campaign, draft: LetterDraft, sender: MailSender): DraftedLetter[] {
  const { name, place, email: replyTo, sentence, locale } = draft
  const entry: DigestEntry = { name, ...(place !== undefined && { place }), text: sentence, locale }
  const targets = new Map(deliverableTargets(campaign).map((target) => [target.id, target]))
  const addressees = [...addresseesOf(campaign).values()]
  const cc = addressesInCc(addressees)
  return addressees.flatMap((addressee): DraftedLetter[] => {
    if (addressee.kind === 'support') return [] // the workers get messages of support, which are written apart
    const target = addressee.kind === 'target' ? targets.get(addressee.id) : undefined
    const template = target && addressee.ways.alone ? letterTemplate(campaign, target, draft, sender) : null
    return addressee.addresses.map((to, address) => ({
      addressee,
      address,
      alone: template && { to, name, replyTo, cc, template },
      among: addressee.ways.among ? entry : null,
    }))
  })
}

/** The same, sealed for where it is kept. `id` is the draft's. */
export function sealLetters(
  settings: Settings,
  campaign: Campaign,
  id: string,
  draft: LetterDraft,
): Promise<NewLetter[]> {
  const { keys } = settings
  return Promise.all(
    draftLetters(campaign, draft, senderOf(settings)).map(async ({ addressee, address, alone, among }) => {
      const place = placeOfLetter(campaign.slug, id, addressee.key, address)
      return {
        addressee,
        address,
        recipient: await settings.fingerprint(addressee.addresses[address] as Address),
        alone: alone && (await sealLetter(keys, place, alone)),
        among: among && (await sealDigestEntry(keys, place, among)),
      }
    }),
  )
}

/** What a receipt shows: every letter in the words of its target. */
export const lettersText = (campaign: Campaign, draft: LetterDraft): string =>
  deliverableTargets(campaign)
    .map((target) => letterText(campaign, target, draft))
    .join('\n\n* * *\n\n')

const PURPOSE = 'letter-to-target'

/** Where what somebody wrote is kept: sealed for this place, it opens nowhere else. `addressee` is its key. */
export const placeOfLetter = (campaign: string, draft: string, addressee: string, address: number): string =>
  `${campaign}/${draft}/${addressee}/${address}`

/** `place` as `placeOfLetter` gives it. */
const sealLetter = (keys: Keyring, place: string, value: TargetLetter): Promise<Uint8Array<ArrayBuffer>> =>
  sealBytes(keys, PURPOSE, place, utf8(JSON.stringify(value)))

/** @throws Error when it does not open: the keyring has lost a key that is still needed. */
export async function openLetter(keys: Keyring, place: string, sealed: Uint8Array<ArrayBuffer>): Promise<TargetLetter> {
  const plain = await openBytes(keys, PURPOSE, place, sealed)
  if (plain === null) throw new Error('a letter does not open: KEYRING must still hold the key that sealed it')
  return letter.parse(parseJson(fromUtf8(plain)))
}
