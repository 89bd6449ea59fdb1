import { catalogue } from '../campaigns/catalogue.ts'
import { campaignStatus } from '../campaigns/page-status.ts'
import type { Settings } from '../env.ts'
import { askMailbox } from '../mailbox/asked/ask-mailbox.ts'
import { mailboxQueueOf, suppressionOf } from '../objects.ts'
import { mailboxOf } from '../security/address.ts'
import { supporterStore } from '../supporter-list/store.ts'
import type { ConfirmationDeps } from './import/confirmations.ts'
import { storedElsewhere } from './stored-elsewhere.ts'
import type { SupporterDeps } from './supporter-deps.ts'

/**
 * Deployed dependencies of supporter code: KV, `Suppression`, and a `MailboxQueue` per mailbox. `now` in epoch ms. `ip` is the client's
 * address, undefined where no client asks.
 */
export function runtimeDeps(env: Env, settings: Settings, now = Date.now(), ip?: string): SupporterDeps {
  const suppression = suppressionOf(env)
  return {
    now,
    settings,
    store: supporterStore(env.SUPPORTERS, settings),
    suppression: {
      admit: (fingerprint, linkIssuedAt, record) => suppression.admit(fingerprint, linkIssuedAt, record),
      suppress: (fingerprint, reason, since, goodbye) => suppression.suppress(fingerprint, reason, since, goodbye),
      replaceRecord: (fingerprint, sealed, consentAt) => suppression.replaceRecord(fingerprint, sealed, consentAt),
      pause: (fingerprint, until) => suppression.pause(fingerprint, until),
      status: (fingerprint, mailbox) => suppression.status(fingerprint, mailbox),
    },
    async enqueue(letter, once) {
      const mailbox = await settings.fingerprint(mailboxOf(letter.to.address))
      return mailboxQueueOf(env, mailbox).enqueue(letter, once)
    },
    ask: (letter, asked) => askMailbox(env, settings, letter, asked, ip),
    elsewhere: storedElsewhere(env),
    async campaignStatus(slug) {
      const campaign = await catalogue(env.CONTENT).find(slug)
      return campaign === null ? null : campaignStatus(campaign, now)
    },
  }
}

/** Deployed dependencies of an import. */
export function importDeps(env: Env, settings: Settings): ConfirmationDeps {
  const { ask, now } = runtimeDeps(env, settings)
  return {
    now,
    settings,
    keys: settings.keys,
    store: supporterStore(env.SUPPORTERS, settings),
    ask,
    fingerprint: ({ email }) => settings.fingerprint(email),
    suppress: async (fingerprint, reason) => void (await suppressionOf(env).suppress(fingerprint, reason, now)),
    membership: (fingerprints) => suppressionOf(env).membership(fingerprints),
    repeatChanges: (fingerprints) => suppressionOf(env).repeatChanges(fingerprints),
  }
}
