/**
 * Seconds for which event ids are remembered: longer than any signature is fresh, so a replay is either known or refused as
 * stale.
 */
export const REMEMBERED_SECONDS = 14 * 24 * 60 * 60
