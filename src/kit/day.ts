/** The UTC day of an instant (epoch ms) as `2015-09-28`, the form used in definitions, comparisons and form fields. */
export const isoDay = (instant: number): string => new Date(instant).toISOString().slice(0, 10)
