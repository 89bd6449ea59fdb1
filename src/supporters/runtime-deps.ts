import { catalogue } from '../campaigns/catalogue.ts'
import { campaignStatus } from '../campaigns/page-status.ts'
import { requireSettings, type Settings } from '../env.ts'
import { mailboxQueueOf, suppressionOf } from '../objects.ts'
import { mailboxOf } from '../security/address.ts'
import { supporterStore } from '../supporter-list/store.ts'
import type { SuppressionReason } from '../suppression/suppression-rules.ts'
import { campaignRecordsOf } from './campaign-records.ts'
import type { ConfirmationDeps } from './import/confirmations.ts'
import type { SupporterDeps } from './supporter-deps.ts'
import { suppressSupporter } from './unsubscribe.ts'

/** Deployed dependencies of supporter code: KV, `Suppression`, and a `MailboxQueue` per mailbox. `now` in epoch ms. */
export function runtimeDeps(env: Env, settings: Settings, now = Date.now()): SupporterDeps {
  const suppression = suppressionOf(env)
  return {
    now,
    settings,
    store: supporterStore(env.SUPPORTERS, settings),
    suppression: {
      admit: (fingerprint, linkIssuedAt) => suppression.admit(fingerprint, linkIssuedAt),
      suppress: (fingerprint, reason, since) => suppression.suppress(fingerprint, reason, since),
      pause: (fingerprint, until) => suppression.pause(fingerprint, until),
      status: (fingerprint) => suppression.status(fingerprint),
    },
    async enqueue(letter, ...once) {
      const mailbox = await settings.fingerprint(mailboxOf(letter.to.address))
      return mailboxQueueOf(env, mailbox).enqueue(letter, ...once)
    },
    campaignRecords: campaignRecordsOf(env),
    async campaignStatus(slug) {
      const campaign = await catalogue(env.CONTENT).find(slug)
      return campaign === null ? null : campaignStatus(campaign, now)
    },
  }
}

/** Deployed dependencies of an import. */
export function importDeps(env: Env, settings: Settings): ConfirmationDeps {
  const { store, enqueue, now } = runtimeDeps(env, settings)
  return {
    now,
    settings,
    keys: settings.keys,
    store,
    enqueue,
    fingerprint: ({ email }) => settings.fingerprint(email),
    membership: (fingerprints) => suppressionOf(env).membership(fingerprints),
  }
}

/**
 * Removes a suppressed person from the supporter list after a provider event at `at` (epoch ms). Does nothing if the person has
 * signed up again.
 */
export async function suppressAfterEvent(env: Env, fingerprint: string, reason: SuppressionReason, at: number) {
  const deps = runtimeDeps(env, await requireSettings(env), at)
  const { reason: suppressed } = await deps.suppression.status(fingerprint)
  if (suppressed !== undefined) await suppressSupporter(deps, fingerprint, reason)
}
