import type { Campaign } from '../../campaigns/campaign.ts'
import { campaignStatus } from '../../campaigns/page-status.ts'
import type { Email } from '../../emails/message.ts'
import { DAY_MS } from '../../kit/durations.ts'
import { type Fingerprinter, mailboxOf, normaliseAddress } from '../../security/address.ts'

/**
 * Part of a mailbox in an open campaign. `addressee`: letters or their copies go to it, and a complaint would stop them for all.
 * `helper`: a moderator, or a contact of the workers.
 */
export type ContactRole = 'addressee' | 'helper'

/** Milliseconds between two confirmations to a mailbox that a campaign names: its address is public, and some have reasons to flood it. */
const APART_MS: Record<ContactRole, number> = { addressee: 30 * DAY_MS, helper: DAY_MS }
/** Milliseconds for which the time of such a confirmation is kept. */
export const CONTACT_MAIL_KEPT_MS = Math.max(...Object.values(APART_MS))

/** Whether a mailbox with this part may get a confirmation of this kind. `last` is when it got its last (epoch ms), or null. */
export function mayConfirm(role: ContactRole, email: Email, last: number | null, now: number): boolean {
  if (role === 'addressee' && email !== 'confirm') return false
  return last === null || now - last >= APART_MS[role]
}

/** The mailboxes that open campaigns name, by fingerprint. A mailbox with both parts is an addressee. */
export async function contactRoles(
  campaigns: readonly Campaign[],
  fingerprint: Fingerprinter,
  now: number,
): Promise<Map<string, ContactRole>> {
  const open = campaigns.filter((campaign) => campaignStatus(campaign, now) === 'open')
  const emailsOf = (contacts: Campaign['copies'] | Campaign['support'] | Campaign['targets']) =>
    contacts.flatMap(({ channels }) => channels.email ?? [])
  const roles = new Map<string, ContactRole>()
  const add = async (role: ContactRole, emails: readonly string[]) => {
    for (const email of emails) {
      const address = normaliseAddress(email)
      if (address.ok) roles.set(await fingerprint(mailboxOf(address.value)), role)
    }
  }
  for (const { support, moderators = [] } of open)
    await add('helper', [...emailsOf(support), ...moderators.map(({ email }) => email)])
  for (const { targets, copies } of open) await add('addressee', [...emailsOf(targets), ...emailsOf(copies)])
  return roles
}
