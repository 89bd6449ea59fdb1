import type { Campaign } from '../../campaigns/campaign.ts'
import type { Settings } from '../../env.ts'
import { desksOf } from '../letters/addressees.ts'
import { sealWords } from '../letters/digest-entry.ts'
import { placeOfLetter } from '../letters/letter.ts'
import type { NewLetter } from '../letters/letter-rows.ts'
import type { Support } from './submission.ts'

/** An accepted message of support for every address of the workers, and for nobody else: gathered with others', and without its writer's address. */
export function messagesFrom(
  { keys, fingerprint }: Settings,
  campaign: Campaign,
  id: string,
  { name, place, text, locale }: Support,
): Promise<NewLetter[]> {
  const words = { name, ...(place !== undefined && { place }), text, locale }
  const desks = [...desksOf(campaign).values()].filter(({ kind }) => kind === 'support')
  return Promise.all(
    desks.flatMap((desk) =>
      desk.addresses.map(async (to, address) => ({
        desk,
        address,
        recipient: await fingerprint(to),
        alone: null,
        among: await sealWords(keys, placeOfLetter(campaign.slug, id, desk.key, address), words),
      })),
    ),
  )
}
