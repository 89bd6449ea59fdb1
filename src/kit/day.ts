/** The UTC day of an instant (epoch ms) as `2015-09-28`, the form used in definitions, comparisons and form fields. */
export const isoDay = (instant: number): string => new Date(instant).toISOString().slice(0, 10)

/** The day of an instant (epoch ms) in an IANA time zone, in the same form. Without a zone, the UTC day. */
export const dayIn = (instant: number, zone = 'UTC'): string =>
  new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone }).format(
    instant,
  )
