import type { Campaign } from '../campaigns/campaign.ts'
import { bundledCampaign } from '../campaigns/catalogue.ts'
import { standing } from '../campaigns/published.ts'
import { registerOf } from '../objects.ts'

/** The campaign as it stands at this moment, from where publishing decides it: pages may lag behind by KV's minute, sending may not. */
export async function currentCampaign(env: Env, slug: string): Promise<Campaign | null> {
  return standing(bundledCampaign(slug), await registerOf(env).published(slug))
}
