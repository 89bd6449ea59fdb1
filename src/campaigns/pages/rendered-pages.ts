import type { Settings } from '../../env.ts'
import type { Campaign } from '../campaign.ts'

/** Most cached versions of one campaign's page: all languages, with several recent counts each. Older counts do not return. */
const MAX_CACHED_STATES = 60

/**
 * Rendered pages of the campaigns in this isolate, by the state that they show. A new publication is another Campaign
 * object, so old entries are collected.
 */
export function renderedPages<Rendered>() {
  const bySettings = new WeakMap<Settings, WeakMap<Campaign, Map<string, Rendered>>>()
  return async (
    settings: Settings,
    campaign: Campaign,
    state: string,
    render: () => Promise<Rendered>,
  ): Promise<Rendered> => {
    const byCampaign = bySettings.get(settings) ?? new WeakMap<Campaign, Map<string, Rendered>>()
    bySettings.set(settings, byCampaign)
    const byState = byCampaign.get(campaign) ?? new Map<string, Rendered>()
    byCampaign.set(campaign, byState)
    const known = byState.get(state)
    if (known !== undefined) return known
    const rendered = await render()
    if (byState.size >= MAX_CACHED_STATES) byState.clear()
    byState.set(state, rendered)
    return rendered
  }
}
