import { weekends } from './weekend-days.gen.ts'

// Days of the week as ISO 8601 counts them: 1 is Monday, 7 is Sunday.

const SATURDAY_AND_SUNDAY: readonly number[] = [6, 7]

/** Weekends by zone, under every name by which a zone was asked for. */
const known = new Map(Object.entries(weekends))

/** The days on which offices in an IANA zone are closed, by the country of the zone. A zone of no country, such as UTC, has the usual. */
export function weekendIn(zone: string): readonly number[] {
  const found = known.get(zone) ?? known.get(canonical(zone)) ?? SATURDAY_AND_SUNDAY
  known.set(zone, found)
  return found
}

/** The first working day of the week: the day after the last day of rest. */
export const firstWorkingDay = (zone: string): number => (Math.max(...weekendIn(zone)) % 7) + 1

/** The name that `Intl` prefers among the names of a zone, such as Asia/Katmandu and Asia/Kathmandu. */
const canonical = (zone: string): string => new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
