import { catalogue } from './campaigns/catalogue.ts'
import { deliverableTargets } from './campaigns/letters.ts'
import { acceptsEndorsements, supportContacts } from './campaigns/public-submissions.ts'
import { campaignActionsOf, dispatchRegistryOf, publicationOf } from './objects.ts'

/** Everything that recurs, the whole list; called every minute. */
export async function onSchedule(env: Env, now: number): Promise<void> {
  await dispatchRegistryOf(env).wake(now) // dispatches that should be going on and lost their alarm
  if (new Date(now).getUTCMinutes() !== 0) return // the list of campaigns is read from KV, which bills it
  await publicationOf(env).wake()
  const campaigns = await catalogue(env.CONTENT).list()
  const withActions = campaigns.filter(
    (campaign) =>
      deliverableTargets(campaign).length > 0 || supportContacts(campaign).length > 0 || acceptsEndorsements(campaign),
  )
  await Promise.allSettled(withActions.map(({ slug }) => campaignActionsOf(env, slug).wake())) // the same of what people do, every hour
}
