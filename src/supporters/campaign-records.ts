import { listSlugs } from '../campaigns/copies/campaign-list.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import { campaignActionsOf } from '../objects.ts'
import type { SupporterDeps } from './supporter-deps.ts'

/**
 * What campaigns store about a person, over all campaigns. `erase` calls every campaign, even those that store nothing,
 * and throws only after all were called.
 */
export function campaignRecordsOf(env: Env): SupporterDeps['campaignRecords'] {
  const all = () => listSlugs(env, Date.now())
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
      const slugs = await all()
      const done = await Promise.allSettled(slugs.map((slug) => campaignActionsOf(env, slug).erase(fingerprint)))
      const failed = slugs.filter((_, n) => done[n]?.status === 'rejected')
      if (failed.length === 0) return
      await raiseNotice(env, { kind: 'erasure-incomplete', subject: 'campaigns', detail: failed.join(', ') })
      throw new Error(`not erased yet in ${failed.join(', ')}: everything else of this person is erased; ask again`)
    },
  }
}
