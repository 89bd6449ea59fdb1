import { mayBeMentioned } from '../campaigns/page-status.ts'
import { welcomeValues } from '../emails/values.ts'
import { MARK_MS } from '../mailbox/queued-mails.ts'
import { absolute, paths } from '../paths.ts'
import { optOutToken } from '../security/opt-out.ts'
import type { Supporter } from '../supporter-list/supporter.ts'
import type { PendingSignUp, SignUpLink } from './pending-sign-up.ts'
import type { SupporterDeps } from './supporter-deps.ts'
import { removeIfSuppressed } from './unsubscribe.ts'

export type Confirmation =
  | { kind: 'confirmed'; locale: string; campaign?: string }
  | { kind: 'left-since' | 'complained'; locale: string }

/**
 * Confirms a sign-up: adds the supporter and sends the welcome mail. Idempotent: repeated presses and older links change
 * nothing. A link issued before its owner left does not add them again.
 * @throws when KV or an object cannot be reached; pressing the button again resumes.
 */
export async function confirm(deps: SupporterDeps, { pending, askedAt }: SignUpLink): Promise<Confirmation> {
  const locale = localeOf(pending)
  const fingerprint = await deps.settings.fingerprint(pending.email)

  const before = await deps.suppression.status(fingerprint)
  const admitted = await deps.suppression.admit(fingerprint, askedAt)
  if (admitted === 'left') return { kind: before.reason === 'complained' ? 'complained' : 'left-since', locale }
  if (admitted === 'older') return confirmedResult(deps, pending)
  // KV is up to a minute old and may still show a person who left.
  const known = before.reason === undefined ? await deps.store.get(fingerprint) : null
  const newer = known === null || known.consent.at < askedAt
  if (newer) {
    await deps.store.put(fingerprint, supporterOf(pending, askedAt, known?.since ?? deps.now))
    const left = await removeIfSuppressed(deps, fingerprint)
    if (left !== null) return { kind: left === 'complained' ? 'complained' : 'left-since', locale }
  }
  const pressedAgain = known?.consent.at === askedAt && deps.now - askedAt < MARK_MS
  if (newer || pressedAgain) await sendWelcome(deps, fingerprint, pending, askedAt)
  return confirmedResult(deps, pending)
}

async function confirmedResult(deps: SupporterDeps, pending: PendingSignUp): Promise<Confirmation> {
  const { campaign } = pending
  const locale = localeOf(pending)
  const status = campaign === undefined ? null : await deps.campaignStatus(campaign)
  const mentioned = campaign !== undefined && status !== null && mayBeMentioned(status)
  return { kind: 'confirmed', locale, ...(mentioned && { campaign }) }
}

/** Language of the confirmation page: the first of the sign-up. */
const localeOf = ({ locales: [first = 'en'] }: PendingSignUp): string => first

function supporterOf(pending: PendingSignUp, askedAt: number, since: number): Supporter {
  const { wording, via, campaign: _, ...profile } = pending
  return { ...profile, since, consent: { wording, at: askedAt, via } }
}

/** Queues the welcome mail. A repeated press queues the same key, so one mail is sent, also after a failed first try. */
async function sendWelcome(
  deps: SupporterDeps,
  fingerprint: string,
  pending: PendingSignUp,
  askedAt: number,
): Promise<void> {
  const { keys, publicUrl } = deps.settings
  const locale = localeOf(pending)
  const token = await optOutToken(keys, { fingerprint, locale }, deps.now)
  const unsubscribe = absolute(publicUrl, paths.unsubscribe(token))
  await deps.enqueue({
    key: `welcome/${askedAt}`,
    email: 'welcome',
    locale,
    to: pending.name === undefined ? { address: pending.email } : { name: pending.name, address: pending.email },
    values: welcomeValues(pending, locale, { unsubscribe }),
  })
}
