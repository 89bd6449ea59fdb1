import { type Campaign, campaignBlockedBy, hasClosed } from '../campaigns/campaign.ts'
import { LEDGER_DAYS, RECIPIENT_DAYS } from '../delivery/ledger.ts'
import { DAY_MS } from '../kit/durations.ts'

/** Which limits of storage a campaign has passed. */
export type Retention = {
  over: boolean // the campaign takes no more actions, or was removed
  personalEnded: boolean // RECIPIENT_DAYS after mail was last allowed: names, addresses and texts are deleted
  recordsEnded: boolean // LEDGER_DAYS after mail was last allowed: the remaining rows are deleted
}

/** Whether the campaign takes no more letters and submissions: closed, won, past its last day or expired. */
export const isOver = (campaign: Campaign, now: number): boolean =>
  campaign.status === 'closed' ||
  campaign.status === 'won' ||
  hasClosed(campaign, now) ||
  campaignBlockedBy(campaign, now) === 'expired'

/**
 * The retention of a campaign now, and since when nothing may be sent (epoch ms; null: something may). `blockedSince` is the same time as
 * stored by the alarm before.
 */
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
