import { publicationOf } from '../objects.ts'
import type { Campaign } from './campaign.ts'
import { bundledCampaign } from './catalogue.ts'
import { effectiveCampaign } from './published.ts'

/** The campaign as it stands at this moment, from where publishing decides it: pages may lag behind by KV's minute, sending may not. */
export async function currentCampaign(env: Env, slug: string): Promise<Campaign | null> {
  return effectiveCampaign(bundledCampaign(slug), await publicationOf(env).published(slug))
}
