import { ACCOUNT_REASONS, type Outcome } from '../transports/transport.ts'
import type { QueuedMail } from './queued-mails.ts'

/** Tries with unknown outcome under one idempotency key; then a new key is used, in case the key itself causes the failure. */
const SAME_KEY_TRIES = 5

/** The outcome of a stored mail that does not open. */
export const UNREADABLE: Outcome = {
  kind: 'refused',
  permanent: true,
  reason: 'invalid-content',
  detail: 'the queued mail cannot be decrypted',
}

/** How a mail is tried again: the generation of its idempotency key, and the wait that the provider asks for. */
type NextTry = { generation: number; retryAfterSeconds: number | undefined }

/** The next try after an outcome; null if the mail is accepted or refused for good. */
export function nextTry(outcome: Outcome, { tries, generation }: QueuedMail): NextTry | null {
  if (outcome.kind === 'accepted') return null
  if (outcome.kind === 'unknown')
    return { generation: generation + (tries >= SAME_KEY_TRIES ? 1 : 0), retryAfterSeconds: 0 }
  if (outcome.permanent && !ACCOUNT_REASONS.has(outcome.reason)) return null
  return { generation: generation + 1, retryAfterSeconds: outcome.retryAfterSeconds }
}
