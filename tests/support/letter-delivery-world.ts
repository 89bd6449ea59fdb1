import { runInDurableObject } from 'cloudflare:test'
import { vi } from 'vitest'
import type { LetterDraft } from '../../src/actions/drafts/draft.ts'
import { sealLetters } from '../../src/actions/letters/letter.ts'
import { LetterDelivery } from '../../src/actions/letters/letter-delivery.ts'
import { retentionOf } from '../../src/actions/retention.ts'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import type { Settings } from '../../src/env.ts'
import type { Address } from '../../src/security/address.ts'
import { driver as outbox } from '../../src/transports/drivers/outbox.ts'
import type { Transport } from '../../src/transports/transport.ts'
import { Behaving } from './behaving-transports.ts'
import { ferry } from './campaign.ts'
import { openCampaign } from './open-databases.ts'
import { testSettings } from './supporter-world.ts'
import { bindings } from './visitor.ts'

const settings = await testSettings()
export const fingerprintOf = (email: string) => settings.fingerprint(email as Address)

type Of = {
  ladder?: Campaign['targets'][number]['ladder']
  perHour?: number
  copies?: string[]
  revision?: string
  as?: string
}

export const FIRST = '0123456789ab'
export const SECOND = '0123456789ac'
let campaigns = 0

/** A new campaign with one target at this address, which must be unique among the tests of a file. */
export function campaignTo(
  email: string,
  { ladder = ['each'], perHour = 1_000_000, copies = [], revision = FIRST, as }: Of = {},
): Campaign {
  return {
    ...ferry,
    slug: `ferry-${++campaigns}`,
    revision,
    targets: [
      {
        id: 'one',
        role: 'Director',
        locale: 'en',
        salutation: 'Dear Director',
        channels: { email: [email] },
        ladder,
        caps: { perHour },
      },
    ],
    copies: copies.length === 0 ? [] : [{ id: 'deputy', name: 'A deputy', channels: { email: copies } }],
    support: [],
    people:
      as === undefined
        ? []
        : [{ id: 'speaker', naming: 'named', as, role: 'speaker', atRisk: false, agreed: { by: 'the speaker' } }],
  }
}

export type World = {
  post: LetterDelivery
  behaving: Behaving
  write(campaign: Campaign, name: string): Promise<void>
  /** Sets the clock to `at` (epoch ms) and lets the letter delivery work. Returns the time of its next alarm, or null. */
  look(campaign: Campaign, at?: number): Promise<number | null>
  counts(): ReturnType<LetterDelivery['counts']>
  rows<T extends Record<string, SqlStorageValue>>(query: string): T[]
}

type Behaviour = Partial<Pick<Behaving, 'fate' | 'idempotencySeconds' | 'limits'>> & {
  perPerson?: boolean // answers with one outcome per person instead of one per call
  composing?: (world: World) => void
}

function carriedBy(make: (real: Transport) => Transport): Settings {
  const configured = outbox.configure({})
  if ('faults' in configured) throw new Error('the outbox cannot be configured')
  const { transports } = settings
  const makeTransport = () => make(configured.make(bindings, 'transactional'))
  return {
    ...settings,
    transports: { ...transports, transactional: { ...transports.transactional, make: makeTransport } },
  }
}

let objects = 0

/** Runs `decide` with a campaign's letter delivery in a new object, over a scriptable transport. */
export function posting<T>(
  { composing, perPerson = false, ...change }: Behaviour,
  decide: (world: World) => Promise<T>,
): Promise<T> {
  const behaving = Object.assign(new Behaving(), change)
  return runInDurableObject(bindings.SENDER_QUOTA.getByName(`post-${++objects}`), async (_, ctx) => {
    let slug = ''
    const post = new LetterDelivery({
      env: bindings,
      db: openCampaign(ctx),
      slug: () => slug,
      begin: async () => {},
      wakeBy: async () => {},
      changes: () => 0,
    })
    const carried = carriedBy((real) => {
      const scripted = { ...behaving.as(`told-${objects}`, real), captive: true }
      const composed: Transport['compose'] = async (batch) => {
        const call = await scripted.compose(batch)
        composing?.(world)
        return call
      }
      const send: Transport['send'] = async (call, key) => {
        const answer = await scripted.send(call, key)
        return perPerson ? [answer].flat() : answer
      }
      return { ...scripted, compose: composed, send }
    })
    const world: World = {
      post,
      behaving,
      rows: (query) => ctx.storage.sql.exec(query).toArray() as never,
      counts: () => post.counts('target'),
      async write(campaign, name) {
        slug = campaign.slug
        const email = `${name}@example.org`
        const draft: LetterDraft = {
          locale: 'en',
          email,
          name: `Writer ${name}`,
          sentence: `It is ${name} who writes.`,
          shown: false,
          updates: false,
        }
        const id = crypto.randomUUID()
        const letters = await sealLetters(settings, campaign, id, draft)
        const mailbox = `${name.split('+')[0]}@example.org`
        const one = { draft: id, writer: await fingerprintOf(mailbox), fingerprint: await fingerprintOf(email) }
        post.enqueue({ ...one, letters }, campaign, Date.now() - 1_000)
      },
      look(campaign, now = Date.now()) {
        vi.setSystemTime(now)
        return post.work({ now, settings: carried, campaign, retention: retentionOf(campaign, null, now).retention })
      },
    }
    return decide(world)
  })
}
