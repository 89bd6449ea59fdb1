import * as z from 'zod'
import type { Campaign } from '../campaigns/campaign.ts'
import { carriedTargets, type Target } from '../campaigns/letters.ts'
import { letterTemplate, letterText } from '../emails/letter.ts'
import { template } from '../emails/template.ts'
import type { Sender } from '../emails/view.ts'
import { fromUtf8, utf8 } from '../kit/bytes.ts'
import { type Address, normalise } from '../security/address.ts'
import type { Keyring } from '../security/keyring.ts'
import { openBytes, sealBytes } from '../security/vault.ts'
import type { Draft } from './draft.ts'

/** A confirmed letter on its way to one address of one target, frozen as its writer saw it. */
const letter = z.strictObject({
  to: z.string(),
  name: z.string(), // the writer's, as the mail's sender
  replyTo: z.string(),
  confirmedAt: z.int(), // epoch ms: the Date of the mail, so that a retry is the same mail
  template,
})
export type Letter = z.infer<typeof letter>

/** What a confirmed draft makes for one address. */
export type Made = { target: string; address: number; letter: Letter }

/** The letters that a draft makes now: one for each address of each target we carry to; an address of two targets gets one. */
export function lettersFrom(campaign: Campaign, draft: Draft, sender: Sender, now: number): Made[] {
  const { name, email: replyTo } = draft
  const used = new Set<string>()
  return carriedTargets(campaign).flatMap((target) => {
    const template = letterTemplate(campaign, target, draft, sender)
    return addressesOf(target).flatMap((to, address) => {
      if (used.has(to)) return []
      used.add(to)
      return [{ target: target.id, address, letter: { to, name, replyTo, confirmedAt: now, template } }]
    })
  })
}

/** In the one form that is written to. */
export const addressesOf = ({ channels }: Target): Address[] =>
  (channels.email ?? []).flatMap((email) => {
    const read = normalise(email)
    return read.ok ? [read.value] : []
  })

/** What a receipt shows: every letter in the words of its target. */
export const lettersText = (campaign: Campaign, draft: Draft): string =>
  carriedTargets(campaign)
    .map((target) => letterText(campaign, target, draft))
    .join('\n\n* * *\n\n')

const PURPOSE = 'letter-to-target'

/** Where a letter is kept: sealed for this place, it opens nowhere else. */
export const placeOfLetter = (campaign: string, draft: string, target: string, address: number): string =>
  `${campaign}/${draft}/${target}/${address}`

/** `place` as `placeOfLetter` gives it. */
export const sealLetter = (keys: Keyring, place: string, value: Letter): Promise<Uint8Array<ArrayBuffer>> =>
  sealBytes(keys, PURPOSE, place, utf8(JSON.stringify(value)))

/** @throws Error when it does not open: the keyring has lost a key that is still needed. */
export async function openLetter(keys: Keyring, place: string, sealed: Uint8Array<ArrayBuffer>): Promise<Letter> {
  const plain = await openBytes(keys, PURPOSE, place, sealed)
  if (plain === null) throw new Error('a letter does not open: KEYRING must still hold the key that sealed it')
  return letter.parse(JSON.parse(fromUtf8(plain)))
}
