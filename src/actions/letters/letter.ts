import * as z from 'zod'
import type { Campaign } from '../../campaigns/campaign.ts'
import { carriedTargets } from '../../campaigns/letters.ts'
import { letterTemplate, letterText } from '../../emails/letters/letter.ts'
import { senderOf } from '../../emails/sender.ts'
import { template } from '../../emails/template/template.ts'
import type { Sender } from '../../emails/template/template-context.ts'
import type { Settings } from '../../env.ts'
import { fromUtf8, utf8 } from '../../kit/bytes.ts'
import { parseJson } from '../../kit/parse-json.ts'
import type { Address } from '../../security/address.ts'
import type { Keyring } from '../../security/keyring.ts'
import { openBytes, sealBytes } from '../../security/vault.ts'
import type { Draft } from '../drafts/draft.ts'
import { addressesInCc, type Desk, desksOf } from './addressees.ts'
import { sealWords, type Words } from './digest-entry.ts'
import type { NewLetter } from './letter-rows.ts'

/** A confirmed letter that goes to one address of one target as a mail of its own, frozen as its writer saw it. */
const letter = z.strictObject({
  to: z.string(),
  name: z.string(), // the writer's, as the mail's sender
  replyTo: z.string(),
  cc: z.array(z.custom<Address>((one) => typeof one === 'string')), // those its writer was told of
  template,
})
export type Letter = z.infer<typeof letter>

/** What a confirmed draft makes for one address: a mail of its own, words for a mail with others', or either, as its turn comes. */
export type Made = { desk: Desk; address: number; alone: Letter | null; among: Words | null }

/** Everything that a draft makes now; copies are of what goes to the targets. */
function lettersFrom(campaign: Campaign, draft: Draft, sender: Sender): Made[] {
  const { name, place, email: replyTo, sentence, locale } = draft
  const words: Words = { name, ...(place !== undefined && { place }), text: sentence, locale }
  const targets = new Map(carriedTargets(campaign).map((target) => [target.id, target]))
  const desks = [...desksOf(campaign).values()]
  const cc = addressesInCc(desks)
  return desks.flatMap((desk): Made[] => {
    if (desk.kind === 'support') return [] // the workers get messages of support, which are written apart
    const target = desk.kind === 'target' ? targets.get(desk.id) : undefined
    const template = target && desk.ways.alone ? letterTemplate(campaign, target, draft, sender) : null
    return desk.addresses.map((to, address) => ({
      desk,
      address,
      alone: template && { to, name, replyTo, cc, template },
      among: desk.ways.among ? words : null,
    }))
  })
}

/** The same, sealed for where it is kept. `id` is the draft's. */
export function sealedLetters(settings: Settings, campaign: Campaign, id: string, draft: Draft): Promise<NewLetter[]> {
  const { keys } = settings
  return Promise.all(
    lettersFrom(campaign, draft, senderOf(settings)).map(async ({ desk, address, alone, among }) => {
      const place = placeOfLetter(campaign.slug, id, desk.key, address)
      return {
        desk,
        address,
        recipient: await settings.fingerprint(desk.addresses[address] as Address),
        alone: alone && (await sealLetter(keys, place, alone)),
        among: among && (await sealWords(keys, place, among)),
      }
    }),
  )
}

/** What a receipt shows: every letter in the words of its target. */
export const lettersText = (campaign: Campaign, draft: Draft): string =>
  carriedTargets(campaign)
    .map((target) => letterText(campaign, target, draft))
    .join('\n\n* * *\n\n')

const PURPOSE = 'letter-to-target'

/** Where what somebody wrote is kept: sealed for this place, it opens nowhere else. `desk` is its key. */
export const placeOfLetter = (campaign: string, draft: string, desk: string, address: number): string =>
  `${campaign}/${draft}/${desk}/${address}`

/** `place` as `placeOfLetter` gives it. */
const sealLetter = (keys: Keyring, place: string, value: Letter): Promise<Uint8Array<ArrayBuffer>> =>
  sealBytes(keys, PURPOSE, place, utf8(JSON.stringify(value)))

/** @throws Error when it does not open: the keyring has lost a key that is still needed. */
export async function openLetter(keys: Keyring, place: string, sealed: Uint8Array<ArrayBuffer>): Promise<Letter> {
  const plain = await openBytes(keys, PURPOSE, place, sealed)
  if (plain === null) throw new Error('a letter does not open: KEYRING must still hold the key that sealed it')
  return letter.parse(parseJson(fromUtf8(plain)))
}
