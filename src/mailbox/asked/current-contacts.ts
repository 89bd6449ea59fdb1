import type { IndexEnv } from '../../campaigns/copies/campaign-index.ts'
import { listCampaigns } from '../../campaigns/copies/campaign-list.ts'
import { MINUTE_MS } from '../../kit/durations.ts'
import type { Fingerprinter } from '../../security/address.ts'
import { type ContactRole, contactRoles } from './contact-mailboxes.ts'

/** Milliseconds for which the mailboxes that open campaigns name are kept in memory. Reading all campaigns costs KV operations. */
const KEPT_MS = 10 * MINUTE_MS

/** The mailboxes that open campaigns name, from memory for ten minutes. */
export class CurrentContacts {
  #known: { until: number; roles: ReadonlyMap<string, ContactRole> } | null = null

  /** The part of a mailbox in open campaigns; undefined for other mailboxes. `now` in epoch ms. */
  async roleOf(
    env: IndexEnv,
    fingerprint: Fingerprinter,
    mailbox: string,
    now: number,
  ): Promise<ContactRole | undefined> {
    if (this.#known === null || now >= this.#known.until) {
      const roles = await contactRoles(await listCampaigns(env, now), fingerprint, now)
      this.#known = { until: now + KEPT_MS, roles }
    }
    return this.#known.roles.get(mailbox)
  }
}
