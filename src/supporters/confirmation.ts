import { mayBeMentioned } from '../campaigns/page-status.ts'
import { welcomeValues } from '../emails/values.ts'
import { defined } from '../kit/defined.ts'
import { errorMessage } from '../kit/result.ts'
import { MARK_MS } from '../mailbox/queued-mails.ts'
import { absolute, paths } from '../paths.ts'
import { optOutToken } from '../security/opt-out.ts'
import { type PendingSignUp, type SignUpLink, VIA_GOODBYE } from '../supporter-list/pending-sign-up.ts'
import { sealRecord } from '../supporter-list/store.ts'
import type { Supporter } from '../supporter-list/supporter.ts'
import { currentRecord } from './current-record.ts'
import type { PersonStatus, SupporterDeps } from './supporter-deps.ts'

export type Confirmation =
  | { kind: 'confirmed'; locale: string; campaign?: string }
  | { kind: 'left-since' | 'complained'; locale: string }

/**
 * Confirms a sign-up: stores the supporter in `Suppression`, which writes them to KV, and sends the welcome mail. Idempotent: repeated
 * presses and older links change nothing. A link issued before its owner left does not add them again.
 * @throws when an object cannot be reached; pressing the button again resumes.
 */
export async function confirm(deps: SupporterDeps, { pending, askedAt }: SignUpLink): Promise<Confirmation> {
  const locale = localeOf(pending)
  const fingerprint = await deps.settings.fingerprint(pending.email)

  const before = await deps.suppression.status(fingerprint)
  // The link in a goodbye is some seconds newer than the departure. An erasure in these seconds ends it all the same.
  if (pending.via === VIA_GOODBYE && before.reason === 'erased') return { kind: 'left-since', locale }
  // Whoever was suppressed begins a new membership, although KV may show the old one for minutes.
  const known = before.reason === undefined ? await recordIfReadable(deps, fingerprint, before) : null
  const isNewer = known === null || known === 'unreadable' || isOlder(known, pending, askedAt)
  const since = known === null || known === 'unreadable' ? deps.now : known.since
  const sealed = isNewer
    ? await sealRecord(
        deps.settings,
        fingerprint,
        supporterOf(pending, pending.via === VIA_GOODBYE ? deps.now : askedAt, since),
      )
    : undefined
  const record = sealed === undefined ? undefined : { sealed, isSinceOpen: known === 'unreadable' }
  const admitted = await deps.suppression.admit(fingerprint, askedAt, record)
  if (admitted === 'left') {
    const { reason } = await deps.suppression.status(fingerprint)
    return { kind: reason === 'complained' ? 'complained' : 'left-since', locale }
  }
  const wasMissing = known === null && admitted === 'again'
  const pressedAgain = admitted === 'again' && deps.now - askedAt < MARK_MS
  if ((isNewer && admitted === 'first') || wasMissing || pressedAgain) {
    await sendWelcome(deps, fingerprint, pending, askedAt)
  }
  return confirmedResult(deps, pending)
}

/** The person's record; `unreadable` while KV refuses to read. */
async function recordIfReadable(deps: SupporterDeps, fingerprint: string, status: PersonStatus) {
  try {
    return await currentRecord(deps, fingerprint, status)
  } catch (error) {
    console.warn('supporter list', 'read', errorMessage(error))
    return 'unreadable'
  }
}

async function confirmedResult(deps: SupporterDeps, pending: PendingSignUp): Promise<Confirmation> {
  const { campaign } = pending
  const locale = localeOf(pending)
  const status = campaign === undefined ? null : await deps.campaignStatus(campaign)
  const mentioned = campaign !== undefined && status !== null && mayBeMentioned(status)
  return { kind: 'confirmed', locale, ...(mentioned && { campaign }) }
}

/** Whether a record is of an earlier sign-up. One of a link in a goodbye has the time of its press, so a form asked before may be newer. */
const isOlder = ({ consent }: Supporter, { via }: PendingSignUp, askedAt: number): boolean =>
  consent.at < askedAt || (consent.via === VIA_GOODBYE && via !== VIA_GOODBYE)

/** Language of the confirmation page: that of the goodbye with the link, or the first of the sign-up. */
const localeOf = ({ locale, locales: [first = 'en'] }: PendingSignUp): string => locale ?? first

/** `at`: when the person agreed, by the form or by the button of a link in a goodbye. */
function supporterOf(pending: PendingSignUp, at: number, since: number): Supporter {
  const { wording, via, campaign: _, locale: __, ...profile } = pending
  return { ...profile, since, consent: { wording, at, via } }
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
    unsubscribe,
    ...defined({ answersTo: pending.campaign }),
  })
}
