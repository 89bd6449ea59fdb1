import type { CampaignStatus } from '../campaigns/page-status.ts'
import type { Email, Values } from '../emails/message.ts'
import type { Settings } from '../env.ts'
import type { Address } from '../security/address.ts'
import type { SupporterStore } from '../supporter-list/store.ts'
import type { AdmissionOutcome, SuppressionReason, SuppressionRecord } from '../suppression/suppression-rules.ts'

/** One mail to one person in answer to their own act. `key` is posted once; a second letter of the same key is not. */
export type SupporterMail = {
  key: string
  email: Exclude<Email, 'appeal' | 'update'>
  locale: string
  to: { name?: string; address: Address }
  values: Values
  campaign?: string
}

/** By a campaign, about somebody who has written in it, beyond that they have. */
export type CampaignRecord = { campaign: string; kept: object }

/** What the decisions about supporters need of the world. */
export type SupporterDeps = {
  now: number // epoch ms
  settings: Pick<Settings, 'publicUrl' | 'locales' | 'keys' | 'fingerprint'>
  store: SupporterStore
  suppression: {
    admit(fingerprint: string, linkIssuedAt: number): Promise<AdmissionOutcome>
    /** Answers how they stood before. */
    suppress(fingerprint: string, reason: SuppressionReason, now: number): Promise<SuppressionRecord | null>
    pause(fingerprint: string, until: number | null): Promise<void>
    status(fingerprint: string): Promise<Partial<SuppressionRecord> & { pausedUntil?: number }>
  }
  /** `hourly`: at most one of this kind of letter goes to a mailbox in an hour. */
  enqueue(letter: SupporterMail, once?: 'hourly'): Promise<'queued' | 'already'>
  /** What people let campaigns in which they have written keep. */
  campaignRecords: {
    list(fingerprint: string): Promise<Array<CampaignRecord>>
    erase(fingerprint: string): Promise<void>
  }
  /** Null for a campaign there is not. */
  campaignStatus(slug: string): Promise<CampaignStatus | null>
}
