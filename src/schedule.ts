import { listCampaigns } from './campaigns/copies/campaign-list.ts'
import { raiseNotice } from './notices/raise-notice.ts'
import {
  confirmationQueueOf,
  dispatchRegistryOf,
  eventInboxOf,
  noticesOf,
  placesOf,
  publicationOf,
  suppressionOf,
} from './objects.ts'

/** All scheduled work; runs every minute. `now` in epoch ms. */
export async function onSchedule(env: Env, now: number): Promise<void> {
  await dispatchRegistryOf(env).wake(now) // restarts dispatches that lost their alarm
  if (new Date(now).getUTCMinutes() !== 0) return // the list of campaigns is read once an hour, because KV reads cost money
  await Promise.allSettled([
    publicationOf(env).wake(),
    suppressionOf(env).wake(),
    confirmationQueueOf(env).wake(),
    placesOf(env).wake(),
  ])
  if (new Date(now).getUTCHours() === 0) await wakeDaily(env)
  const unreadable: string[] = []
  await listCampaigns(env, now, (slug) => unreadable.push(slug))
  for (const slug of unreadable) await raiseNotice(env, { kind: 'campaign-unreadable', subject: slug })
}

/** Inboxes of provider events, by the first digit of the events' ids. */
const INBOXES = '0123456789abcdef'

/** Takes up effects of events whose inbox has lost its alarm, and lets old notices be deleted. */
async function wakeDaily(env: Env): Promise<void> {
  await Promise.allSettled([...INBOXES].map((digit) => eventInboxOf(env, digit).record([])))
  await Promise.allSettled([noticesOf(env).list()])
}
