import * as z from 'zod'
import { type FormFields, fieldText } from './fields.ts'

/**
 * Name of the form field that the Turnstile widget adds
 * (developers.cloudflare.com/turnstile/get-started/client-side-rendering).
 */
export const TURNSTILE_FIELD = 'cf-turnstile-response'

/** Longest Turnstile response in characters, as Cloudflare documents. */
const MAX_RESPONSE_CHARS = 2_048
/** Timeout of the check in milliseconds. The person who sent the form waits for it. */
const VERIFY_TIMEOUT_MS = 5_000

const answer = z.object({ success: z.boolean() })

/** The check of a submitted form, to be made once and last. */
export const humanCheck = (turnstile: { secret: string; url: string }, fields: FormFields) => (): Promise<boolean> =>
  verifyTurnstile(turnstile, fieldText(fields, TURNSTILE_FIELD))

/** Whether Turnstile accepts a response. A timeout or an unreadable answer counts as no, and the person is asked to try again. */
export async function verifyTurnstile(
  turnstile: { secret: string; url: string },
  response: string | undefined,
): Promise<boolean> {
  if (!response || response.length > MAX_RESPONSE_CHARS) return false
  try {
    const answered = await fetch(turnstile.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret: turnstile.secret, response }), // without the client's IP, which is optional
      signal: AbortSignal.timeout(VERIFY_TIMEOUT_MS),
    })
    return answer.parse(await answered.json()).success
  } catch (error) {
    console.warn('Turnstile check failed without an answer:', error instanceof Error ? error.name : 'unknown')
    return false
  }
}
