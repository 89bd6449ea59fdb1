import { listCampaigns } from './campaigns/copies/campaign-list.ts'
import { deliverableTargets } from './campaigns/letter-language.ts'
import { acceptsEndorsements, supportContacts } from './campaigns/public-submissions.ts'
import { raiseNotice } from './notices/raise-notice.ts'
import { campaignActionsOf, dispatchRegistryOf, publicationOf, suppressionOf } from './objects.ts'

/** All scheduled work; runs every minute. `now` in epoch ms. */
export async function onSchedule(env: Env, now: number): Promise<void> {
  await dispatchRegistryOf(env).wake(now) // restarts dispatches that lost their alarm
  if (new Date(now).getUTCMinutes() !== 0) return // the list of campaigns is read once an hour, because KV reads cost money
  await Promise.all([publicationOf(env).wake(), suppressionOf(env).wake()])
  const unreadable: string[] = []
  const campaigns = await listCampaigns(env, now, (slug) => unreadable.push(slug))
  for (const slug of unreadable) await raiseNotice(env, { kind: 'campaign-unreadable', subject: slug })
  const withActions = campaigns.filter(
    (campaign) =>
      deliverableTargets(campaign).length > 0 || supportContacts(campaign).length > 0 || acceptsEndorsements(campaign),
  )
  // restarts campaign objects that lost their alarm, every hour
  await Promise.allSettled(withActions.map(({ slug }) => campaignActionsOf(env, slug).wake()))
}
