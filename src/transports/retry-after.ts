/**
 * Longest wait that is read from an answer, in seconds: one day, as `LONGEST_WAIT_MS` obeys. Quotas return within a day, and a wrong
 * clock or number must not delay people for ever.
 */
const MAX_SECONDS = 86_400

/** The three forms of a date that RFC 9110 §5.6.7 makes every recipient read. The last has no zone and means UTC. */
const HTTP_DATE =
  /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s(?:\d\d[ -][a-z]{3}[ -]\d{2,4}\s[\d:]{8}\sGMT|[a-z]{3}\s+\d{1,2}\s[\d:]{8}\s\d{4})$/i

/**
 * Seconds that an answer asks to wait: its `Retry-After`, a number or a date (RFC 9110 §10.2.3), or else what the provider says in
 * another way. A date is counted from the `Date` of the answer, the same clock, or else from `now` (epoch ms). Empty where the
 * answer asks for nothing, or for a time that has passed.
 */
export function readRetryAfter(headers: Headers, now: number, otherwise = Number.NaN): { retryAfterSeconds?: number } {
  const header = headers.get('retry-after')?.trim()
  const seconds = header === undefined ? otherwise : secondsIn(header, httpDate(headers.get('date') ?? ''), now)
  return Number.isFinite(seconds) && seconds > 0 ? { retryAfterSeconds: Math.min(seconds, MAX_SECONDS) } : {}
}

function secondsIn(header: string, answeredAt: number, now: number): number {
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header)
  return Math.ceil((httpDate(header) - (Number.isNaN(answeredAt) ? now : answeredAt)) / 1_000)
}

/** Epoch ms of a date in a header; NaN for any other text. */
function httpDate(text: string): number {
  if (!HTTP_DATE.test(text)) return Number.NaN
  return Date.parse(/GMT$/i.test(text) ? text : `${text} GMT`)
}
