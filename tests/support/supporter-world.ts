import type { CampaignStatus } from '../../src/campaigns/page-status.ts'
import { parseSettings, type Settings } from '../../src/env.ts'
import type { Enqueued, Once } from '../../src/mailbox/queued-mails.ts'
import { type Address, mailboxOf, normaliseAddress } from '../../src/security/address.ts'
import { type SupporterStore, supporterStore } from '../../src/supporter-list/store.ts'
import type { SupporterDeps, SupporterMail } from '../../src/supporters/supporter-deps.ts'
import {
  type AdmissionOutcome,
  admissionOf,
  mergeSuppressions,
  type SuppressionReason,
  type SuppressionRecord,
} from '../../src/suppression/suppression-rules.ts'
import { TEST_SETTINGS } from '../settings.ts'
import { HarshKv } from './harsh-kv.ts'
import { MemoryKv, namespaceOf } from './memory-kv.ts'

const HOUR_MS = 60 * 60 * 1_000

/** The suppression object in memory: suppressed and paused fingerprints, and the last confirmation link used. */
export class MemorySuppression {
  readonly suppressed = new Map<string, SuppressionRecord>()
  readonly paused = new Map<string, number>()
  readonly admitted = new Map<string, number>()

  async admit(fingerprint: string, linkIssuedAt: number): Promise<AdmissionOutcome> {
    const departure = this.suppressed.get(fingerprint) ?? null
    const admitted = admissionOf(departure, this.admitted.get(fingerprint) ?? null, linkIssuedAt)
    if (admitted !== 'first') return admitted
    this.admitted.set(fingerprint, linkIssuedAt)
    this.suppressed.delete(fingerprint)
    return admitted
  }

  async suppress(fingerprint: string, reason: SuppressionReason, now: number): Promise<SuppressionRecord | null> {
    const before = this.suppressed.get(fingerprint) ?? null
    this.suppressed.set(fingerprint, mergeSuppressions(before, { reason, since: now }))
    this.paused.delete(fingerprint)
    this.admitted.delete(fingerprint)
    return before
  }

  async pause(fingerprint: string, until: number | null): Promise<void> {
    if (until === null) this.paused.delete(fingerprint)
    else if (!this.suppressed.has(fingerprint)) this.paused.set(fingerprint, until)
  }

  async status(fingerprint: string) {
    const pausedUntil = this.paused.get(fingerprint)
    return { ...this.suppressed.get(fingerprint), ...(pausedUntil !== undefined && { pausedUntil }) }
  }
}

/** The mailbox queues in memory: `letters` holds the mails in the order they were enqueued. */
export class MemoryPost {
  readonly letters: SupporterMail[] = []
  readonly #posted = new Set<string>()
  readonly #lastInHour = new Map<string, number>()

  async post(letter: SupporterMail, ...once: Once[]): Promise<Enqueued> {
    const mailbox = mailboxOf(letter.to.address)
    const kind = `${mailbox} ${letter.email}`
    const last = this.#lastInHour.get(kind)
    if (this.#posted.has(`${mailbox} ${letter.key}`)) return 'already'
    if (once.includes('hourly') && last !== undefined && Date.now() - last < HOUR_MS) return 'already'
    this.#posted.add(`${mailbox} ${letter.key}`)
    if (once.includes('hourly')) this.#lastInHour.set(kind, Date.now())
    this.letters.push(letter)
    return 'queued'
  }

  of(email: SupporterMail['email']): SupporterMail[] {
    return this.letters.filter((letter) => letter.email === email)
  }
}

export async function testSettings(): Promise<Settings> {
  const { settings, faults } = await parseSettings(TEST_SETTINGS)
  if (settings === undefined) throw new Error(JSON.stringify(faults))
  return settings
}

export const addressOf = (typed: string): Address => {
  const read = normaliseAddress(typed)
  if (!read.ok) throw new Error(`${typed}: ${read.error}`)
  return read.value
}

export type World = {
  settings: Settings
  kv: MemoryKv
  harsh: HarshKv
  store: SupporterStore
  suppression: MemorySuppression
  post: MemoryPost
  campaigns: Map<string, CampaignStatus>
  deps(): SupporterDeps // with `now` from the (fake) clock
  fingerprint(typed: string): Promise<string>
}

/** All dependencies of the supporter functions in memory, with HarshKv as KV. Needs fake timers. */
export async function supporterWorld(): Promise<World> {
  const settings = await testSettings()
  const kv = new MemoryKv()
  const harsh = new HarshKv(namespaceOf(kv))
  const store = supporterStore(harsh.namespace, settings)
  const suppression = new MemorySuppression()
  const post = new MemoryPost()
  const campaigns = new Map<string, CampaignStatus>([['irtysh-foundry', 'open']])
  return {
    settings,
    kv,
    harsh,
    store,
    suppression,
    post,
    campaigns,
    deps: () => ({
      now: Date.now(),
      settings,
      store,
      suppression,
      enqueue: (letter, once) => post.post(letter, once),
      campaignRecords: { list: async () => [], erase: async () => {} },
      campaignStatus: async (slug) => campaigns.get(slug) ?? null,
    }),
    fingerprint: (typed) => settings.fingerprint(addressOf(typed)),
  }
}
