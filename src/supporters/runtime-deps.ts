import { catalogue } from '../campaigns/catalogue.ts'
import { standingOf } from '../campaigns/page-status.ts'
import { requireSettings, type Settings } from '../env.ts'
import { postboxOf, suppressionOf } from '../objects.ts'
import { mailboxOf } from '../security/address.ts'
import { supporterStore } from '../supporter-list/store.ts'
import type { SuppressionReason } from '../suppression/suppression-rules.ts'
import { writtenIn } from './campaign-records.ts'
import type { Deps } from './deps.ts'
import type { AskDeps } from './import/confirmations.ts'
import { depart } from './unsubscribe.ts'

/** The world around supporters as it is deployed: KV, `Suppression`, a `Postbox` per mailbox. `now` in epoch ms. */
export function liveDeps(env: Env, settings: Settings, now = Date.now()): Deps {
  const suppression = suppressionOf(env)
  return {
    now,
    settings,
    store: supporterStore(env.SUPPORTERS, settings),
    suppression: {
      admit: (fingerprint, linkIssuedAt) => suppression.admit(fingerprint, linkIssuedAt),
      suppress: (fingerprint, reason, since) => suppression.suppress(fingerprint, reason, since),
      pause: (fingerprint, until) => suppression.pause(fingerprint, until),
      standing: (fingerprint) => suppression.standing(fingerprint),
    },
    async post(letter, once) {
      const mailbox = await settings.fingerprint(mailboxOf(letter.to.address))
      return postboxOf(env, mailbox).post(letter, once)
    },
    written: writtenIn(env),
    async campaignStanding(slug) {
      const campaign = await catalogue(env.CONTENT).find(slug)
      return campaign === null ? null : standingOf(campaign, now)
    },
  }
}

/** The same for a list that is being imported: many people at once. */
export function importDeps(env: Env, settings: Settings): AskDeps {
  const { store, post, now } = liveDeps(env, settings)
  return {
    now,
    settings,
    keys: settings.keys,
    store,
    post,
    fingerprint: ({ email }) => settings.fingerprint(email),
    membership: (fingerprints) => suppressionOf(env).membership(fingerprints),
  }
}

/** Takes off the list whom a provider's event is about, as of when it happened (epoch ms). */
export async function departed(env: Env, fingerprint: string, reason: SuppressionReason, at: number) {
  const deps = liveDeps(env, await requireSettings(env), at)
  const { reason: standing } = await deps.suppression.standing(fingerprint)
  if (standing !== undefined) await depart(deps, fingerprint, reason) // or they have signed up again meanwhile
}
