import * as z from 'zod'
import { type Campaign, textIn } from '../../campaigns/campaign.ts'
import { deliverableTargets, letterLocale, type Target } from '../../campaigns/letter-language.ts'
import { isolated } from '../../campaigns/text/isolates.ts'
import { wrap } from '../../campaigns/text/prose-text.ts'
import { fromName } from '../../emails/letters/from-name.ts'
import { type LetterWish, letterTemplate, letterText, type Writer } from '../../emails/letters/letter.ts'
import { mailTexts } from '../../emails/mail-texts.ts'
import { senderOf } from '../../emails/sender.ts'
import { template } from '../../emails/template/template.ts'
import type { MailSender } from '../../emails/template/template-context.ts'
import type { Settings } from '../../env.ts'
import { defined } from '../../kit/defined.ts'
import { joinList } from '../../kit/page-texts.ts'
import type { Address } from '../../security/address.ts'
import { sealed } from '../../security/sealed.ts'
import type { LetterDraft } from '../drafts/draft.ts'
import { type Addressee, addresseesOf, addressesInCc } from './addressees.ts'
import type { NewLetter } from './letter-rows.ts'
import { type DigestEntry, sealedDigestEntry } from './mail/digest-entry.ts'
import { wishLink } from './wishes/wish-link.ts'

/** A confirmed letter to one address of a target, as a mail of its own, frozen as the writer saw it. */
const letter = z.strictObject({
  to: z.string(),
  name: z.string(), // the writer's, of Reply-To
  from: z.string().optional(), // name of From; letters of earlier versions have `name` there
  replyTo: z.string(),
  cc: z.array(z.custom<Address>((one) => typeof one === 'string')), // addresses that the form announced to the writer
  template,
})
type TargetLetter = z.infer<typeof letter>

/** A letter to one address before sealing: as a mail of its own, as an entry of a digest, or both. */
type DraftedLetter = {
  addressee: Addressee
  address: number // index in the addressee's addresses
  alone: TargetLetter | null
  among: DigestEntry | null
}

/** The letters and copies that a draft becomes, one for each address. */
function draftLetters(
  campaign: Campaign,
  draft: LetterDraft,
  sender: MailSender,
  wishLinks: ReadonlyMap<Address, string>,
  writeTo: string,
): DraftedLetter[] {
  const { name, place, email: replyTo, sentence, locale } = draft
  const entry: DigestEntry = { name, ...defined({ place }), text: sentence, locale }
  const targets = new Map(deliverableTargets(campaign).map((target) => [target.id, target]))
  const addressees = [...addresseesOf(campaign).values()]
  const cc = addressesInCc(addressees)
  const wishOf = (to: Address): LetterWish | undefined => {
    if (cc.length > 0) return { writeTo }
    const page = wishLinks.get(to)
    return page === undefined ? undefined : { page }
  }
  return addressees.flatMap((addressee): DraftedLetter[] => {
    if (addressee.kind === 'support') return [] // messages of support are submissions, with a form of their own
    const target = addressee.kind === 'target' ? targets.get(addressee.id) : undefined
    const aloneTo = (to: Address): TargetLetter | null => {
      if (target === undefined || !addressee.ways.alone) return null
      const template = letterTemplate(campaign, target, draft, sender, wishOf(to))
      return { to, name, from: fromName(template.locale, name, sender.senderName), replyTo, cc, template }
    }
    return addressee.addresses.map((to, address) => ({
      addressee,
      address,
      alone: aloneTo(to),
      among: entry, // also for a target that the campaign gathers no letters for: its reader may ask for a digest
    }))
  })
}

/** The letters and copies that a draft becomes, sealed. `id` is the draft's. */
export async function sealLetters(
  settings: Settings,
  campaign: Campaign,
  id: string,
  draft: LetterDraft,
): Promise<NewLetter[]> {
  const { keys, replyTo, senderAddress } = settings
  const wishLinks = await wishLinksOf(settings, campaign, id)
  const drafted = draftLetters(campaign, draft, senderOf(settings), wishLinks, replyTo ?? senderAddress)
  return Promise.all(
    drafted.map(async ({ addressee, address, alone, among }) => {
      const place = placeOfLetter(campaign.slug, id, addressee.key, address)
      return {
        addressee,
        address,
        recipient: await settings.fingerprint(addressee.addresses[address] as Address),
        alone: alone && (await sealedLetter.bytes(keys, place, alone)),
        among: among && (await sealedDigestEntry.bytes(keys, place, among)),
      }
    }),
  )
}

/**
 * The link in a letter to each address of a target, by which its reader asks for a digest or for no more letters. Letters with Cc have
 * the sender's address instead, because everybody in Cc reads the same mail.
 */
async function wishLinksOf(settings: Settings, campaign: Campaign, id: string): Promise<Map<Address, string>> {
  const links = new Map<Address, string>()
  for (const target of deliverableTargets(campaign))
    for (const to of addresseesOf(campaign).get(target.id)?.addresses ?? [])
      links.set(
        to,
        await wishLink(settings, campaign, target, await settings.fingerprint(to), `letter/${id}`, Date.now()),
      )
  return links
}

/** The text of a draft's letters for the receipt: one in each language, and who else gets it. */
export function lettersText(campaign: Campaign, draft: Writer & { locale: string }, publicUrl: string): string {
  const byLanguage = Map.groupBy(deliverableTargets(campaign), (target) => letterLocale(campaign, target))
  const letters = [...byLanguage.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const text = letterText(campaign, first, draft, publicUrl)
    return others.length === 0 ? text : `${text}\n\n${alsoTo(others, draft.locale)}`
  })
  return letters.join('\n\n* * *\n\n')
}

/** Says who gets the same letter, which differs only in its salutation. */
function alsoTo(targets: readonly Target[], wanted: string): string {
  const { locale, t } = mailTexts(wanted)
  const names = targets.map(({ name, role }) => isolated(locale, textIn(name ?? role, locale)))
  return wrap(t('receipt.same', { targets: joinList(locale, names) }))
}

/** The place that a letter or digest entry is sealed for; it cannot be opened for another. `addressee` is a key. */
export const placeOfLetter = (campaign: string, draft: string, addressee: string, address: number): string =>
  `${campaign}/${draft}/${addressee}/${address}`

/** Seals and opens letters. Their places come from `placeOfLetter`. */
export const sealedLetter = sealed('letter-to-target', letter)
