/**
 * Seconds that an answer asks to wait: its `Retry-After`, where that is a number (RFC 9110 §10.2.3; dates are not read), or else what the
 * provider says in another way. Empty where it asks for nothing.
 */
export function readRetryAfter(headers: Headers, otherwise = Number.NaN): { retryAfterSeconds?: number } {
  const header = headers.get('retry-after')
  const seconds = header === null ? otherwise : Number(header)
  return Number.isFinite(seconds) && seconds > 0 ? { retryAfterSeconds: seconds } : {}
}
