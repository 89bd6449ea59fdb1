import { publicationOf } from '../objects.ts'
import type { Campaign } from './campaign.ts'
import { bundledCampaign } from './catalogue.ts'
import { effectiveCampaign } from './published.ts'

/**
 * The campaign in its current revision, from the object that decides about publications; null when unknown. For
 * sending: the copy in KV, which pages use, may be a minute old.
 */
export async function currentCampaign(env: Env, slug: string): Promise<Campaign | null> {
  return effectiveCampaign(bundledCampaign(slug), await publicationOf(env).published(slug))
}
