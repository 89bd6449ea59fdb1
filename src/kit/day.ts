/** `2015-09-28` of an instant in epoch milliseconds, in UTC: how days are written in definitions, compared, and put into forms. */
export const isoDay = (instant: number): string => new Date(instant).toISOString().slice(0, 10)
