import type { CampaignStatus } from '../../src/campaigns/page-status.ts'
import { goodbyeValues } from '../../src/emails/values.ts'
import { parseSettings, type Settings } from '../../src/env.ts'
import type { AskAnswer, AskedContent } from '../../src/mailbox/asked/ask-mailbox.ts'
import { confirmationUrl } from '../../src/mailbox/asked/asked-link.ts'
import { type Allowance, decideAsk, NOTHING_ASKED } from '../../src/mailbox/asked/mailbox-allowance.ts'
import type { Enqueued } from '../../src/mailbox/queued-mails.ts'
import { type Address, mailboxOf, normaliseAddress } from '../../src/security/address.ts'
import { type SupporterStore, supporterStore } from '../../src/supporter-list/store.ts'
import type { SupporterDeps, SupporterMail } from '../../src/supporters/supporter-deps.ts'
import { backLink } from '../../src/suppression/back-link.ts'
import { TEST_SETTINGS } from '../settings.ts'
import { HarshKv } from './harsh-kv.ts'
import { MemoryKv, namespaceOf } from './memory-kv.ts'
import type { MemorySuppression } from './memory-suppression.ts'

/** The mailbox queues in memory: `letters` holds the mails in the order they were enqueued. */
export class MemoryPost {
  readonly letters: SupporterMail[] = []
  readonly #posted = new Set<string>()
  readonly #allowances = new Map<string, Allowance>()

  async post(letter: SupporterMail): Promise<Enqueued> {
    const mailbox = mailboxOf(letter.to.address)
    if (this.#posted.has(`${mailbox} ${letter.key}`)) return 'already'
    this.#posted.add(`${mailbox} ${letter.key}`)
    this.letters.push(letter)
    return 'queued'
  }

  async ask(settings: Settings, letter: SupporterMail, asked?: AskedContent): Promise<AskAnswer> {
    const mailbox = mailboxOf(letter.to.address)
    const digest = JSON.stringify([letter.email, letter.campaign, asked?.content])
    const content = asked && { digest, keyId: settings.keys.current }
    const before = this.#allowances.get(mailbox) ?? NOTHING_ASKED
    const decision = decideAsk(before, { key: letter.key, content }, () => false, Date.now())
    if (decision.kind === 'waiting' || decision.kind === 'refused') return 'refused'
    this.#allowances.set(mailbox, decision.allowance)
    if (asked === undefined || decision.link === null) {
      this.letters.push(letter)
      return 'queued'
    }
    const link = { digest, purpose: asked.purpose, payload: [...asked.payload] }
    const confirm = await confirmationUrl(settings, link, decision.link)
    this.letters.push({ ...letter, values: { ...letter.values, confirm } })
    return decision.kind === 'repeat' ? 'repeated' : 'queued'
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
export async function supporterWorld(staleMs?: number): Promise<World> {
  const settings = await testSettings()
  const kv = new MemoryKv()
  const harsh = new HarshKv(namespaceOf(kv), staleMs)
  const store = supporterStore(harsh.namespace, settings)
  const post = new MemoryPost()
  const { MemorySuppression } = await import('./memory-suppression.ts') // Node only: workerd has no node:sqlite
  const suppression = new MemorySuppression(settings, harsh.namespace, async (one, leftAt, locale) => {
    const { email, since } = one
    const values = goodbyeValues(await backLink(settings, one, leftAt, locale))
    const mail = { email: 'goodbye' as const, locale, to: { address: email }, values }
    await post.post({ key: `goodbye/${since}`, ...mail })
  })
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
      enqueue: (letter) => post.post(letter),
      ask: (letter, asked) => post.ask(settings, letter, asked),
      elsewhere: { find: async () => [], erase: async () => 'erased' as const },
      campaignStatus: async (slug) => campaigns.get(slug) ?? null,
    }),
    fingerprint: (typed) => settings.fingerprint(addressOf(typed)),
  }
}
