import type { CampaignStatus } from '../campaigns/page-status.ts'
import type { BulkEmail, Email, Values } from '../emails/message.ts'
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
  email: Exclude<Email, BulkEmail>
  locale: string
  to: { name?: string; address: Address }
  values: Values
  campaign?: string
  /** The day on which an import brought the address (ISO 8601); its confirmation says so. */
  importedOn?: string
  /** The URL that takes the reader off the list by one click. */
  unsubscribe?: string
}

/** A person by the fingerprints of their address and their mailbox; the mailbox is empty when it is not known. */
export type PersonPrints = { fingerprint: string; mailbox: string }

/** What an object stores about a person. `name`: slug of a campaign, id of a dispatch or import; empty for the mailbox. */
export type FoundElsewhere = { kind: 'campaign' | 'dispatch' | 'import' | 'mailbox'; name: string; kept: object }

/** What `Suppression` knows about a person. `record`: the sealed record that KV may not show yet. */
export type PersonStatus = SuppressionStatus & { record?: string }

/** Whether everything is deleted, or the rest of it is deleted by alarm. */
export type ErasureProgress = 'erased' | 'erasing'

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
  /** What is stored about people outside of the supporter list. */
  elsewhere: {
    find(person: PersonPrints): Promise<FoundElsewhere[]>
    /** `erasing`: not all of it could be deleted at once. The rest follows by itself. */
    erase(person: PersonPrints): Promise<ErasureProgress>
  }
  /** Status of a campaign; null if it does not exist. */
  campaignStatus(slug: string): Promise<CampaignStatus | null>
}
