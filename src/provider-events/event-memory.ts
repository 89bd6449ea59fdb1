/** Seconds an event's name is remembered: longer than any signature is fresh, so that what is repeated is known or refused. */
export const REMEMBERED_SECONDS = 14 * 24 * 60 * 60
