import type { CampaignStatus } from '../campaigns/page-status.ts'
import type { Email, Values } from '../emails/message.ts'
import type { Settings } from '../env.ts'
import type { AskAnswer, AskedContent } from '../mailbox/asked/ask-mailbox.ts'
import type { Enqueued } from '../mailbox/queued-mails.ts'
import type { Address } from '../security/address.ts'
import type { SupporterStore } from '../supporter-list/store.ts'
import type { AdmissionOutcome, SuppressionReason, SuppressionRecord } from '../suppression/suppression-rules.ts'
import type { AdmittedRecord, RecordReplacement, SuppressionStatus } from '../suppression/suppression-store.ts'

/** A transactional mail to one person. A mailbox queue accepts each `key` once. */
export type SupporterMail = {
  key: string
  email: Exclude<Email, 'appeal' | 'update'>
  locale: string
  to: { name?: string; address: Address }
  values: Values
  campaign?: string
  /** The URL that takes the reader off the list by one click. */
  unsubscribe?: string
}

/** What a campaign stores about a writer, beyond the fact that they wrote. */
export type CampaignRecord = { campaign: string; kept: object }

/** What `Suppression` knows about a person. `record`: the sealed record that KV may not show yet. */
export type PersonStatus = SuppressionStatus & { record?: string }

/** Dependencies of all code that decides about supporters. */
export type SupporterDeps = {
  now: number // epoch ms
  settings: Pick<Settings, 'publicUrl' | 'locales' | 'keys' | 'fingerprint'>
  store: Pick<SupporterStore, 'get' | 'getProof'>
  suppression: {
    admit(fingerprint: string, linkIssuedAt: number, record?: AdmittedRecord): Promise<AdmissionOutcome>
    /** Also removes the person from the list. Returns the earlier suppression, or null. `goodbye`: language of a goodbye mail. */
    suppress(
      fingerprint: string,
      reason: SuppressionReason,
      now: number,
      goodbye?: string,
    ): Promise<SuppressionRecord | null>
    replaceRecord(fingerprint: string, sealed: string, consentAt: number): Promise<RecordReplacement>
    pause(fingerprint: string, until: number | null): Promise<void>
    status(fingerprint: string, mailbox?: string): Promise<PersonStatus>
  }
  enqueue(letter: SupporterMail, once?: 'lasting'): Promise<Enqueued>
  /** Queues a mail that a stranger may have asked for, within the limits of the mailbox. `asked` makes the link of a confirmation. */
  ask(letter: SupporterMail, asked?: AskedContent): Promise<AskAnswer>
  /** Data that campaigns store about writers with their consent. */
  campaignRecords: {
    list(fingerprint: string): Promise<Array<CampaignRecord>>
    erase(fingerprint: string): Promise<void>
  }
  /** Status of a campaign; null if it does not exist. */
  campaignStatus(slug: string): Promise<CampaignStatus | null>
}
