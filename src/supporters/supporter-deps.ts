import type { CampaignStatus } from '../campaigns/page-status.ts'
import type { Email, Values } from '../emails/message.ts'
import type { Settings } from '../env.ts'
import type { Enqueued, Once } from '../mailbox/queued-mails.ts'
import type { Address } from '../security/address.ts'
import type { SupporterStore } from '../supporter-list/store.ts'
import type { AdmissionOutcome, SuppressionReason, SuppressionRecord } from '../suppression/suppression-rules.ts'

/** A transactional mail to one person. A mailbox queue accepts each `key` once. */
export type SupporterMail = {
  key: string
  email: Exclude<Email, 'appeal' | 'update'>
  locale: string
  to: { name?: string; address: Address }
  values: Values
  campaign?: string
}

/** What a campaign stores about a writer, beyond the fact that they wrote. */
export type CampaignRecord = { campaign: string; kept: object }

/** Dependencies of all code that decides about supporters. */
export type SupporterDeps = {
  now: number // epoch ms
  settings: Pick<Settings, 'publicUrl' | 'locales' | 'keys' | 'fingerprint'>
  store: SupporterStore
  suppression: {
    admit(fingerprint: string, linkIssuedAt: number): Promise<AdmissionOutcome>
    /** Returns the earlier suppression, or null. */
    suppress(fingerprint: string, reason: SuppressionReason, now: number): Promise<SuppressionRecord | null>
    pause(fingerprint: string, until: number | null): Promise<void>
    status(fingerprint: string): Promise<Partial<SuppressionRecord> & { pausedUntil?: number }>
  }
  /** Queues a mail. Only an import cares whether it was: the page of a form says the same in every case. */
  enqueue(letter: SupporterMail, ...once: Once[]): Promise<Enqueued>
  /** Data that campaigns store about writers with their consent. */
  campaignRecords: {
    list(fingerprint: string): Promise<Array<CampaignRecord>>
    erase(fingerprint: string): Promise<void>
  }
  /** Status of a campaign; null if it does not exist. */
  campaignStatus(slug: string): Promise<CampaignStatus | null>
}
