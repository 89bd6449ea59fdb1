import { catalogue } from '../campaigns/catalogue.ts'
import { campaignActionsOf } from '../objects.ts'
import type { SupporterDeps } from './supporter-deps.ts'

/** What campaigns store about a person, over all campaigns. `erase` calls every campaign, even those that store nothing. */
export function campaignRecordsOf(env: Env): SupporterDeps['campaignRecords'] {
  const all = async () => (await catalogue(env.CONTENT).list()).map(({ slug }) => slug)
  return {
    async list(fingerprint) {
      const found = await Promise.all(
        (await all()).map(async (campaign) => ({
          campaign,
          kept: await campaignActionsOf(env, campaign).findPersonalData(fingerprint),
        })),
      )
      return found.flatMap(({ campaign, kept }) => (kept === null ? [] : [{ campaign, kept }]))
    },
    async erase(fingerprint) {
      await Promise.all((await all()).map((slug) => campaignActionsOf(env, slug).erase(fingerprint)))
    },
  }
}
