import type { Campaign } from '../campaigns/campaign.ts'
import type { Settings } from '../env.ts'
import { desksOf } from './desks.ts'
import { placeOfLetter } from './letter.ts'
import type { NewLetter } from './letter-rows.ts'
import { sealWords, type Words } from './words.ts'

/** A message of support for every address of the workers, to be gathered with others': never for a target. `id` is the message's. */
export async function supportLetters(
  settings: Settings,
  campaign: Campaign,
  id: string,
  words: Words,
): Promise<NewLetter[]> {
  const desks = [...desksOf(campaign).values()].filter(({ kind }) => kind === 'support')
  return Promise.all(
    desks.flatMap((desk) =>
      desk.addresses.map(async (to, address) => ({
        desk,
        address,
        recipient: await settings.fingerprint(to),
        alone: null,
        among: await sealWords(settings.keys, placeOfLetter(campaign.slug, id, desk.key, address), words),
      })),
    ),
  )
}
