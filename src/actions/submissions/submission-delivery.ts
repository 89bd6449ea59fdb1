import type { Campaign } from '../../campaigns/campaign.ts'
import type { Settings } from '../../env.ts'
import { defined } from '../../kit/defined.ts'
import { addresseesOf } from '../letters/addressees.ts'
import { placeOfLetter } from '../letters/letter.ts'
import type { NewLetter } from '../letters/letter-rows.ts'
import { sealedDigestEntry } from '../letters/mail/digest-entry.ts'
import type { SupportMessage } from './submission.ts'

/** An accepted message of support as a digest entry for each address of the workers, sealed. It has no address of the writer. */
export function supportLetters(
  { keys, fingerprint }: Settings,
  campaign: Campaign,
  id: string,
  { name, place, text, locale }: SupportMessage,
): Promise<NewLetter[]> {
  const entry = { name, ...defined({ place }), text, locale }
  const addressees = [...addresseesOf(campaign).values()].filter(({ kind }) => kind === 'support')
  return Promise.all(
    addressees.flatMap((addressee) =>
      addressee.addresses.map(async (to, address) => ({
        addressee,
        address,
        recipient: await fingerprint(to),
        alone: null,
        among: await sealedDigestEntry.bytes(keys, placeOfLetter(campaign.slug, id, addressee.key, address), entry),
      })),
    ),
  )
}
