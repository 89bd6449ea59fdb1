import { catalogue } from './campaigns/catalogue.ts'
import { carriedTargets } from './campaigns/letters.ts'
import { supportContacts, takesEndorsements } from './campaigns/public-submissions.ts'
import { actionsOf, registerOf } from './objects.ts'

/** Everything that recurs, the whole list; called every minute. */
export async function onSchedule(env: Env, now: number): Promise<void> {
  await registerOf(env).wake(now) // dispatches that should be going on and lost their alarm
  if (new Date(now).getUTCMinutes() !== 0) return // the list of campaigns is read from KV, which bills it
  const campaigns = await catalogue(env.CONTENT).list()
  const acting = campaigns.filter(
    (campaign) =>
      carriedTargets(campaign).length > 0 || supportContacts(campaign).length > 0 || takesEndorsements(campaign),
  )
  await Promise.allSettled(acting.map(({ slug }) => actionsOf(env, slug).wake())) // the same of what people do, every hour
}
