import type { Campaign } from '../../../campaigns/campaign.ts'
import { letterLocale, type Target } from '../../../campaigns/letter-language.ts'
import { mailTexts } from '../../../emails/mail-texts.ts'
import type { Settings } from '../../../env.ts'
import { absolute, paths } from '../../../paths.ts'
import { createStopLink } from '../../writers/stop-link.ts'

/**
 * The URL of the page where the reader at a target asks for a digest or for no more letters, in the language of the letter if pages
 * have it. `recipient` is the fingerprint of the address. The same `mail` and time `now` give the same link.
 */
export async function wishLink(
  { keys, publicUrl }: Settings,
  campaign: Campaign,
  target: Target,
  recipient: string,
  mail: string,
  now: number,
): Promise<string> {
  const { locale } = mailTexts(letterLocale(campaign, target))
  const link = { campaign: campaign.slug, what: 'letters', fingerprint: recipient, locale, target: target.id } as const
  return absolute(publicUrl, paths.stop(await createStopLink(keys, link, mail, now)))
}
