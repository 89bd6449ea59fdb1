import type { Standing } from '../../src/campaigns/page-status.ts'
import { parseSettings, type Settings } from '../../src/env.ts'
import { type Address, mailboxOf, normalise } from '../../src/security/address.ts'
import { type SupporterStore, supporterStore } from '../../src/supporter-list/store.ts'
import type { Deps, Letter } from '../../src/supporters/deps.ts'
import {
  type Admission,
  admission,
  type Departure,
  departing,
  type SuppressionReason,
} from '../../src/suppression/suppression-rules.ts'
import { TEST_SETTINGS } from '../settings.ts'
import { HarshKv } from './harsh-kv.ts'
import { MemoryKv, namespaceOf } from './memory-kv.ts'

const HOUR_MS = 60 * 60 * 1_000

/** Who has left, who is pausing and by which link people were let in, in memory. */
export class MemorySuppression {
  readonly departed = new Map<string, Departure>()
  readonly paused = new Map<string, number>()
  readonly admitted = new Map<string, number>()

  async admit(fingerprint: string, linkIssuedAt: number): Promise<Admission> {
    const departure = this.departed.get(fingerprint) ?? null
    const admitted = admission(departure, this.admitted.get(fingerprint) ?? null, linkIssuedAt)
    if (admitted !== 'first') return admitted
    this.admitted.set(fingerprint, linkIssuedAt)
    this.departed.delete(fingerprint)
    return admitted
  }

  async suppress(fingerprint: string, reason: SuppressionReason, now: number): Promise<Departure | null> {
    const before = this.departed.get(fingerprint) ?? null
    this.departed.set(fingerprint, departing(before, { reason, since: now }))
    this.paused.delete(fingerprint)
    this.admitted.delete(fingerprint)
    return before
  }

  async pause(fingerprint: string, until: number | null): Promise<void> {
    if (until === null) this.paused.delete(fingerprint)
    else if (!this.departed.has(fingerprint)) this.paused.set(fingerprint, until)
  }

  async standing(fingerprint: string) {
    const pausedUntil = this.paused.get(fingerprint)
    return { ...this.departed.get(fingerprint), ...(pausedUntil !== undefined && { pausedUntil }) }
  }
}

/** The postboxes of everybody, in memory: letters in the order they were posted. */
export class MemoryPost {
  readonly letters: Letter[] = []
  readonly #posted = new Set<string>()
  readonly #lastInHour = new Map<string, number>()

  async post(letter: Letter, once?: 'hourly'): Promise<'queued' | 'already'> {
    const mailbox = mailboxOf(letter.to.address)
    const kind = `${mailbox} ${letter.email}`
    const last = this.#lastInHour.get(kind)
    if (this.#posted.has(`${mailbox} ${letter.key}`)) return 'already'
    if (once === 'hourly' && last !== undefined && Date.now() - last < HOUR_MS) return 'already'
    this.#posted.add(`${mailbox} ${letter.key}`)
    if (once === 'hourly') this.#lastInHour.set(kind, Date.now())
    this.letters.push(letter)
    return 'queued'
  }

  of(email: Letter['email']): Letter[] {
    return this.letters.filter((letter) => letter.email === email)
  }
}

export async function testSettings(): Promise<Settings> {
  const { settings, faults } = await parseSettings(TEST_SETTINGS)
  if (settings === undefined) throw new Error(JSON.stringify(faults))
  return settings
}

export const addressOf = (typed: string): Address => {
  const read = normalise(typed)
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
  campaigns: Map<string, Standing>
  deps(): Deps // at this moment of the (fake) clock
  fingerprint(typed: string): Promise<string>
}

/** Everything around supporters, with KV at its worst. Wants fake timers: time is the test's. */
export async function supporterWorld(): Promise<World> {
  const settings = await testSettings()
  const kv = new MemoryKv()
  const harsh = new HarshKv(namespaceOf(kv))
  const store = supporterStore(harsh.namespace, settings)
  const suppression = new MemorySuppression()
  const post = new MemoryPost()
  const campaigns = new Map<string, Standing>([['irtysh-foundry', 'open']])
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
      post: (letter, once) => post.post(letter, once),
      written: { keptOf: async () => [], forget: async () => {} },
      campaignStanding: async (slug) => campaigns.get(slug) ?? null,
    }),
    fingerprint: (typed) => settings.fingerprint(addressOf(typed)),
  }
}
