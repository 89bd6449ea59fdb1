import { runInDurableObject } from 'cloudflare:test'
import { CampaignPublication } from '../../src/campaigns/campaign-publication.ts'
import { campaignActionsOf, publicationOf } from '../../src/objects.ts'
import { bindings } from './visitor.ts'

/** Lets a campaign hand over what its page shows, and writes the page, without the waits between two times of either. */
export async function writePage(slug: string): Promise<void> {
  await runInDurableObject(campaignActionsOf(bindings, slug), async (actions, { storage }) => {
    const handed = storage.kv.get<object>('handed-over')
    if (handed !== undefined) storage.kv.put('handed-over', { ...handed, at: 0 })
    await actions.alarm()
  })
  await runInDurableObject(publicationOf(bindings), async (_, ctx) => {
    ctx.storage.sql.exec('UPDATE page SET written_at = 0')
    await new CampaignPublication(ctx, bindings).alarm()
  })
}
