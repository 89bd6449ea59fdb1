import { type Campaign, campaignBlockedBy, hasClosed } from '../campaigns/campaign.ts'
import { LEDGER_DAYS, RECIPIENT_DAYS } from '../dispatch/lane/lane-state.ts'
import { DAY_MS } from '../kit/durations.ts'

/** How far what people have done in a campaign has come to its end. */
export type Retention = {
  over: boolean // they are asked to act no more, or there is no such campaign any more
  personalEnded: boolean // thirty days after nothing could be sent: names, addresses and texts go
  recordsEnded: boolean // and what is left of them, after the time of a ledger
}

/** Whether people are asked to write no more. */
export const isOver = (campaign: Campaign, now: number): boolean =>
  campaign.status === 'closed' ||
  campaign.status === 'won' ||
  hasClosed(campaign, now) ||
  campaignBlockedBy(campaign, now) === 'expired'

/** @param blockedSince since when nothing of it could be sent (epoch ms), as the last look found it; null if something could */
export function retentionOf(
  campaign: Campaign | null,
  blockedSince: number | null,
  now: number,
): { retention: Retention; blockedSince: number | null } {
  const over = campaign === null || isOver(campaign, now)
  if (!over && campaignBlockedBy(campaign, now) === null)
    return { retention: { over, personalEnded: false, recordsEnded: false }, blockedSince: null }
  const since = blockedSince ?? now
  const passed = (days: number) => now >= since + days * DAY_MS
  return {
    retention: { over, personalEnded: passed(RECIPIENT_DAYS), recordsEnded: passed(LEDGER_DAYS) },
    blockedSince: since,
  }
}
