import { DAY_MS, MINUTE_MS } from '../../kit/durations.ts'

/**
 * Writes of pages a day, at most: a fifth of KV's 1,000 writes a day on the free plan, which sign-ups need
 * (developers.cloudflare.com/kv/platform/limits).
 */
const WRITES_A_DAY = 200
/** Shortest time in milliseconds between two writes of one page: five minutes. Readers hardly notice newer numbers. */
const SHORTEST_MS = 5 * MINUTE_MS

/** Milliseconds between two writes of one page, while so many campaigns are active. */
const pageIntervalMs = (active: number): number => Math.max(SHORTEST_MS, (DAY_MS * active) / WRITES_A_DAY)

/** What decides when a page is written. Times in epoch ms. */
export type PageSchedule = {
  changed: boolean // since the last write
  urgent: boolean // a new revision, or words that were withdrawn: written without delay
  writtenAt: number // 0 before the first write
}

/** When a changed page is to be written (epoch ms); null when it has not changed. */
export function writeDueAt({ changed, urgent, writtenAt }: PageSchedule, active: number): number | null {
  if (!changed) return null
  return urgent ? 0 : writtenAt + pageIntervalMs(active)
}

/** Whether a campaign counts as active: its page has changed, or was written within a day. */
export const isActive = ({ changed, writtenAt }: PageSchedule, now: number): boolean =>
  changed || writtenAt > now - DAY_MS
