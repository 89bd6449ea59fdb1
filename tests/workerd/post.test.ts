import { runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Draft } from '../../src/actions/draft.ts'
import { sealedLetters } from '../../src/actions/letter.ts'
import { lifeOf } from '../../src/actions/life.ts'
import { Post } from '../../src/actions/post.ts'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import { suppressionOf } from '../../src/dispatch/bindings.ts'
import type { Settings } from '../../src/env.ts'
import type { Address } from '../../src/security/address.ts'
import { driver as outbox } from '../../src/transports/drivers/outbox.ts'
import type { Transport } from '../../src/transports/transport.ts'
import { Behaving, type Fate } from '../support/behaving-transports.ts'
import { ferry } from '../support/campaign.ts'
import { testSettings } from '../support/supporter-world.ts'
import { bindings, mailsTo } from '../support/visitor.ts'

/** A Saturday; what is gathered goes on Monday at nine. */
const SATURDAY = Date.UTC(2030, 10, 30, 11)
const MONDAY = Date.UTC(2030, 11, 2, 9)
const DAY_MS = 86_400_000
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: SATURDAY }))
afterEach(() => vi.useRealTimers())

const settings = await testSettings()
const fingerprintOf = (email: string) => settings.fingerprint(email as Address)

type Of = {
  ladder?: Campaign['targets'][number]['ladder']
  perHour?: number
  copies?: string[]
  revision?: string
  as?: string
}

const FIRST = '0123456789ab'
const SECOND = '0123456789ac'
let campaigns = 0

/** A campaign with one target, whose address nothing else in these tests has. */
function campaignTo(
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

type World = {
  post: Post
  behaving: Behaving
  write(campaign: Campaign, name: string): Promise<void>
  /** The clock shows this time, and the object looks at everything. */
  look(campaign: Campaign, at?: number): Promise<number | null>
  counts(): ReturnType<Post['counts']>
  rows<T extends Record<string, SqlStorageValue>>(query: string): T[]
}

type Behaviour = Partial<Pick<Behaving, 'fate' | 'idempotencySeconds' | 'limits'>> & {
  perPerson?: boolean // it answers for each person apart
  composing?: (world: World) => void
}

function carriedBy(make: (real: Transport) => Transport): Settings {
  const configured = outbox.configure({})
  if ('faults' in configured) throw new Error('the outbox cannot be configured')
  const { transports } = settings
  const told = () => make(configured.make(bindings, 'transactional'))
  return { ...settings, transports: { ...transports, transactional: { ...transports.transactional, make: told } } }
}

let objects = 0

/** What carries mail in a campaign, with a transport that does as it is told. */
function posting<T>(
  { composing, perPerson = false, ...change }: Behaviour,
  decide: (world: World) => Promise<T>,
): Promise<T> {
  const behaving = Object.assign(new Behaving(), change)
  return runInDurableObject(bindings.PACER.getByName(`post-${++objects}`), async (_, { storage }) => {
    let slug = ''
    const post = new Post({
      env: bindings,
      storage,
      slug: () => slug,
      begin: () => {},
      wakeBy: async () => {},
      changes: () => 0,
    })
    const carried = carriedBy((real) => {
      const told = { ...behaving.as(`told-${objects}`, real), captive: true }
      const composed: Transport['compose'] = async (batch) => {
        const call = await told.compose(batch)
        composing?.(world)
        return call
      }
      const send: Transport['send'] = async (call, key) => {
        const answer = await told.send(call, key)
        return perPerson ? [answer].flat() : answer
      }
      return { ...told, compose: composed, send }
    })
    const world: World = {
      post,
      behaving,
      rows: (query) => storage.sql.exec(query).toArray() as never,
      counts: () => post.counts('target'),
      async write(campaign, name) {
        slug = campaign.slug
        const email = `${name}@example.org`
        const draft: Draft = {
          locale: 'en',
          email,
          name: `Writer ${name}`,
          sentence: `It is ${name} who writes.`,
          shown: false,
          updates: false,
        }
        const id = crypto.randomUUID()
        const letters = await sealedLetters(settings, campaign, id, draft)
        const mailbox = `${name.split('+')[0]}@example.org`
        const one = { draft: id, writer: await fingerprintOf(mailbox), fingerprint: await fingerprintOf(email) }
        post.take({ ...one, letters }, campaign, Date.now() - 1_000)
      },
      look(campaign, now = Date.now()) {
        vi.setSystemTime(now)
        return post.work({ now, settings: carried, campaign, life: lifeOf(campaign, null, now).life })
      },
    }
    return decide(world)
  })
}

const refused = (reason: 'bad-address' | 'invalid-content') => ({ kind: 'refused', permanent: true, reason }) as const
const silentAt =
  (...calls: number[]) =>
  (call: number): Fate =>
    calls.includes(call) ? 'silence' : 'accept'

/** Of a transport without a promise: once their pause is over, nobody can tell any more of mails that were not answered. */
async function uncertainIn({ post, look }: World, campaign: Campaign) {
  await look(campaign, Date.now() + 60_000)
  return post.report().uncertain.map(({ id, generation }) => ({ id, generation }))
}

test('who has stopped copies gets none, even if somebody decides that an uncertain one is to be sent again', () =>
  posting({ fate: silentAt(2), idempotencySeconds: 0 }, async (world) => {
    const campaign = campaignTo('stop@desk.example', { copies: ['stop@copies.example'] })
    await world.write(campaign, 'anna')
    await world.look(campaign)
    await world.look(campaign, MONDAY)
    const uncertain = await uncertainIn(world, campaign)
    expect(uncertain).toHaveLength(1)
    world.post.refuse(await fingerprintOf('stop@copies.example'))
    await world.post.resolve(uncertain, 'send-again')
    await world.look(campaign)
    expect(await mailsTo('stop@copies.example')).toHaveLength(1)
    expect(world.behaving.calls).toHaveLength(2)
  }))

test('what names somebody who has been withdrawn since is not sent again, whoever decides so', () =>
  posting({ fate: silentAt(1), idempotencySeconds: 0 }, async (world) => {
    const campaign = campaignTo('again@desk.example', { as: 'An invented speaker' })
    await world.write(campaign, 'anna')
    await world.look(campaign)
    const uncertain = await uncertainIn(world, campaign)
    const later = { ...campaign, revision: SECOND, people: [] }
    await world.look(later)
    await world.post.resolve(uncertain, 'send-again')
    await world.look(later)
    expect(world.behaving.calls).toHaveLength(1)
  }))

test('a letter confirmed while its revision was being replaced is let go like those that waited', () =>
  posting({}, async (world) => {
    const campaign = campaignTo('late@desk.example', { as: 'An invented speaker' })
    const later = { ...campaign, revision: SECOND, people: [] }
    await world.look(later)
    await world.write(campaign, 'anna')
    await world.look(later)
    expect(world.behaving.calls).toHaveLength(0)
    expect(world.counts()).toMatchObject({ planned: 1, cancelled: 1 })
  }))

test('who stops copies stops no letter to a target of the same address', () =>
  posting({}, async (world) => {
    const campaign = campaignTo('both@desk.example', { copies: ['both@desk.example'] })
    world.post.refuse(await fingerprintOf('both@desk.example'))
    await world.write(campaign, 'anna')
    await world.look(campaign)
    await world.look(campaign, MONDAY)
    expect(world.counts()).toMatchObject({ planned: 1, accepted: 1 })
    expect(world.post.counts('copies').planned).toBe(0)
  }))

test('a mail of several that was not answered, and is refused when asked for again, may have arrived', () =>
  posting({ fate: (call) => (call === 1 ? 'silence' : refused('invalid-content')) }, async (world) => {
    const campaign = campaignTo('twice@desk.example', { ladder: ['digest'] })
    for (const name of ['anna', 'boris']) await world.write(campaign, name)
    await world.look(campaign, MONDAY)
    await world.look(campaign, MONDAY + 60_000)
    expect(world.behaving.calls).toHaveLength(2)
    expect(world.counts()).toMatchObject({ planned: 2, refused: 0, uncertain: 2 })
  }))

test('a mailbox that takes nothing for days has its letter refused in the end', () =>
  posting(
    { fate: () => ({ kind: 'refused', permanent: false, reason: 'mailbox-unavailable' }), perPerson: true },
    async (world) => {
      const campaign = campaignTo('full@desk.example')
      await world.write(campaign, 'anna')
      for (let next = await world.look(campaign); next !== null && next < SATURDAY + 7 * DAY_MS; )
        next = await world.look(campaign, next)
      expect(world.counts()).toMatchObject({ planned: 1, refused: 1, waiting: 0 })
      expect(world.behaving.calls).toHaveLength(20)
    },
  ))

test('a mail with the words of many is one of the account’s day', () =>
  posting({ limits: { mailsPerDay: 4 } }, async (world) => {
    const { targets, ...campaign } = campaignTo('day@desk.example')
    const gathering = campaignTo('gathering@desk.example', { ladder: ['digest'] }).targets
    const both = { ...campaign, targets: [...targets, ...gathering.map((one) => ({ ...one, id: 'two' }))] }
    for (const name of ['anna', 'boris', 'carla']) await world.write(both, name)
    await world.look(both)
    vi.setSystemTime(MONDAY)
    await world.write(both, 'dora')
    await world.look(both, MONDAY)
    expect(world.counts()).toMatchObject({ planned: 8, accepted: 8 })
    expect(world.behaving.calls).toHaveLength(5)
  }))

test('letters that are let go leave their turns to those that are written next', () =>
  posting({}, async (world) => {
    const campaign = campaignTo('queue@desk.example', { as: 'An invented speaker', perHour: 1 })
    for (let n = 0; n < 30; n++) await world.write(campaign, `writer${n}`)
    await world.look(campaign)
    const later = { ...campaign, revision: SECOND, people: [] }
    await world.look(later)
    await world.write(later, 'anna')
    await world.look(later)
    const [next] = world.rows<{ at: number }>("SELECT due_at AS at FROM batch WHERE state = 'waiting'")
    expect(((next?.at ?? 0) - SATURDAY) / 3_600_000).toBeLessThan(2)
  }))

test('who has themselves erased and signs up again spoils no mail that goes with the words of others', () =>
  posting({}, async (world) => {
    const campaign = campaignTo('held@desk.example', { ladder: ['digest'] })
    for (const name of ['anna', 'boris']) await world.write(campaign, name)
    const boris = await fingerprintOf('boris@example.org')
    await suppressionOf(bindings).suppress(boris, 'erased', Date.now())
    world.post.forget(boris)
    await suppressionOf(bindings).admit(boris, Date.now() + 1)
    await world.look(campaign, MONDAY)
    expect(world.counts()).toMatchObject({ planned: 2, accepted: 1, suppressed: 1 })
    const [mail] = await mailsTo('held@desk.example')
    expect(mail?.text).toContain('It is anna who writes.')
    expect(mail?.text).not.toContain('boris')
  }))

test('a mailbox that is erased takes back what it wrote by an address with a tag', () =>
  posting({}, async (world) => {
    const campaign = campaignTo('tag@desk.example', { copies: ['tag@copies.example'] })
    await world.write(campaign, 'carla+quay')
    world.post.forget(await fingerprintOf('carla@example.org'))
    await world.look(campaign)
    await world.look(campaign, MONDAY)
    expect(world.behaving.calls).toHaveLength(0)
    expect(world.rows('SELECT 1 FROM letter WHERE words IS NOT NULL')).toEqual([])
  }))

test('who has themselves erased while their letter is being made is not written for', async () => {
  const anna = await fingerprintOf('anna@example.org')
  await posting({ composing: ({ post }) => post.forget(anna) }, async (world) => {
    const campaign = campaignTo('making@desk.example')
    await world.write(campaign, 'anna')
    await world.look(campaign)
    expect(world.behaving.calls).toHaveLength(0)
    expect(world.counts()).toMatchObject({ planned: 1, suppressed: 1 })
  })
})

test('who had themselves erased once, and writes since, has their letter sent', () =>
  posting({}, async (world) => {
    const dora = await fingerprintOf('dora@example.org')
    await suppressionOf(bindings).suppress(dora, 'erased', SATURDAY - DAY_MS)
    const campaign = campaignTo('anew@desk.example')
    await world.write(campaign, 'dora')
    await world.look(campaign)
    expect(world.counts()).toMatchObject({ planned: 1, accepted: 1 })
  }))
