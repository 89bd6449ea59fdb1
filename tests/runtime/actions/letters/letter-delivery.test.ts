import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { toLetterOutcome } from '../../../../src/actions/letters/mail/receipt-mail.ts'
import type { Campaign } from '../../../../src/campaigns/campaign.ts'
import { noticesOf, suppressionOf } from '../../../../src/objects.ts'
import type { Fate } from '../../../support/behaving-transports.ts'
import { campaignTo, fingerprintOf, posting, SECOND, type World } from '../../../support/letter-delivery-world.ts'
import { testSettings } from '../../../support/supporter-world.ts'
import { bindings, mailsTo } from '../../../support/visitor.ts'

/** A Saturday. Digests go on Monday at nine. */
const SATURDAY = Date.UTC(2030, 10, 30, 11)
const MONDAY = Date.UTC(2030, 11, 2, 9)
const DAY_MS = 86_400_000
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: SATURDAY }))
afterEach(() => vi.useRealTimers())

const refused = (reason: 'bad-address' | 'invalid-content') => ({ kind: 'refused', permanent: true, reason }) as const
const silentAt =
  (...calls: number[]) =>
  (call: number): Fate =>
    calls.includes(call) ? 'silence' : 'accept'

/** The uncertain mails after unanswered calls of a transport without idempotency. */
async function uncertainIn({ post, look }: World, campaign: Campaign) {
  await look(campaign, Date.now() + 60_000)
  return post.report().uncertain.map(({ id, generation }) => ({ id, generation }))
}

test('an address that stopped copies gets none, even if an organiser sends an uncertain one again', () =>
  posting({ fate: silentAt(2), idempotencySeconds: 0 }, async (world) => {
    const campaign = campaignTo('stop@desk.example', { copies: ['stop@copies.example'] })
    await world.write(campaign, 'anna')
    await world.look(campaign)
    await world.look(campaign, MONDAY)
    const uncertain = await uncertainIn(world, campaign)
    expect(uncertain).toHaveLength(1)
    world.post.stopCopies(await fingerprintOf('stop@copies.example'))
    await world.post.resolve(uncertain, 'send-again')
    await world.look(campaign)
    expect(await mailsTo('stop@copies.example')).toHaveLength(1)
    expect(world.behaving.calls).toHaveLength(2)
  }))

test('the receipt of a letter that an organiser counts as not sent says so, and the letter is not sent again', () =>
  posting({ fate: silentAt(1), idempotencySeconds: 0 }, async (world) => {
    const campaign = campaignTo('lost@desk.example')
    await world.write(campaign, 'anna')
    await world.look(campaign)
    const uncertain = await uncertainIn(world, campaign)
    expect(await world.post.resolve(uncertain, 'count-as-not-sent')).toEqual(uncertain.map(({ id }) => id))
    await world.look(campaign)
    expect(world.behaving.calls).toHaveLength(1)
    expect(world.post.counts('target')).toMatchObject({ planned: 1, cancelled: 1, uncertain: 0 })
    const [letter] = world.post.lettersOf(await fingerprintOf('anna@example.org'))
    expect(letter?.status).toBe('not-sent')
    if (letter === undefined) throw new Error('the letter is lost')
    expect(toLetterOutcome(letter, new Set(['one']), true)).toMatchObject({ target: 'one', outcome: 'not-sent' })
  }))

test('a mail with a name that was withdrawn since is not sent again, even if an organiser decides so', () =>
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

test('a letter confirmed while its revision is replaced is cancelled like waiting ones', () =>
  posting({}, async (world) => {
    const campaign = campaignTo('late@desk.example', { as: 'An invented speaker' })
    const later = { ...campaign, revision: SECOND, people: [] }
    await world.look(later)
    await world.write(campaign, 'anna')
    await world.look(later)
    expect(world.behaving.calls).toHaveLength(0)
    expect(world.counts()).toMatchObject({ planned: 1, cancelled: 1 })
  }))

test('stopping copies does not stop letters to a target of the same address', () =>
  posting({}, async (world) => {
    const campaign = campaignTo('both@desk.example', { copies: ['both@desk.example'] })
    world.post.stopCopies(await fingerprintOf('both@desk.example'))
    await world.write(campaign, 'anna')
    await world.look(campaign)
    await world.look(campaign, MONDAY)
    expect(world.counts()).toMatchObject({ planned: 1, accepted: 1 })
    expect(world.post.counts('copies').planned).toBe(0)
  }))

test('an unanswered digest that is refused when repeated is uncertain', () =>
  posting({ fate: (call) => (call === 1 ? 'silence' : refused('invalid-content')) }, async (world) => {
    const campaign = campaignTo('twice@desk.example', { ladder: ['digest'] })
    for (const name of ['anna', 'boris']) await world.write(campaign, name)
    await world.look(campaign, MONDAY)
    await world.look(campaign, MONDAY + 60_000)
    expect(world.behaving.calls).toHaveLength(2)
    expect(world.counts()).toMatchObject({ planned: 2, refused: 0, uncertain: 2 })
  }))

test('a letter to a mailbox that is unavailable for days is refused in the end', () =>
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

test('a digest with many letters counts as one mail of the daily quota', () =>
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

test('the turns of cancelled letters go to the next letters', () =>
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

test('a writer who is erased and signs up again is left out of a digest, which still goes', () =>
  posting({}, async (world) => {
    const campaign = campaignTo('held@desk.example', { ladder: ['digest'] })
    for (const name of ['anna', 'boris']) await world.write(campaign, name)
    const boris = await fingerprintOf('boris@example.org')
    await suppressionOf(bindings).suppress(boris, 'erased', Date.now())
    world.post.erase(boris)
    await suppressionOf(bindings).admit(boris, Date.now() + 1)
    await world.look(campaign, MONDAY)
    expect(world.counts()).toMatchObject({ planned: 2, accepted: 1, suppressed: 1 })
    const [mail] = await mailsTo('held@desk.example')
    expect(mail?.text).toContain('It is anna who writes.')
    expect(mail?.text).not.toContain('boris')
  }))

test('the erasure of a mailbox includes letters from an address with a tag', () =>
  posting({}, async (world) => {
    const campaign = campaignTo('tag@desk.example', { copies: ['tag@copies.example'] })
    await world.write(campaign, 'carla+quay')
    world.post.erase(await fingerprintOf('carla@example.org'))
    await world.look(campaign)
    await world.look(campaign, MONDAY)
    expect(world.behaving.calls).toHaveLength(0)
    expect(world.rows('SELECT 1 FROM letter WHERE entry IS NOT NULL')).toEqual([])
  }))

test('a letter whose writer is erased while it is composed is not sent', async () => {
  const anna = await fingerprintOf('anna@example.org')
  await posting({ composing: ({ post }) => post.erase(anna) }, async (world) => {
    const campaign = campaignTo('making@desk.example')
    await world.write(campaign, 'anna')
    await world.look(campaign)
    expect(world.behaving.calls).toHaveLength(0)
    expect(world.counts()).toMatchObject({ planned: 1, suppressed: 1 })
  })
})

test('a letter confirmed after an erasure is sent', () =>
  posting({}, async (world) => {
    const dora = await fingerprintOf('dora@example.org')
    await suppressionOf(bindings).suppress(dora, 'erased', SATURDAY - DAY_MS)
    const campaign = campaignTo('anew@desk.example')
    await world.write(campaign, 'dora')
    await world.look(campaign)
    expect(world.counts()).toMatchObject({ planned: 1, accepted: 1 })
  }))

test('organisers learn of a stopped addressee although sending fails in the same alarm', () =>
  posting({}, async ({ post, write }) => {
    const campaign = campaignTo('dead@desk.example')
    await write(campaign, 'edith')
    await suppressionOf(bindings).suppress(await fingerprintOf('dead@desk.example'), 'bounced', Date.now())
    const { transports, ...settings } = await testSettings()
    const make = () => {
      throw new Error('the transport cannot be made')
    }
    const broken = { ...settings, transports: { ...transports, transactional: { ...transports.transactional, make } } }
    const retention = { over: false, personalEnded: false, recordsEnded: false }
    await expect(post.work({ now: Date.now(), settings: broken, campaign, retention })).rejects.toThrow(
      'cannot be made',
    )
    const notices = (await noticesOf(bindings).list()).filter(({ subject }) => subject === campaign.slug)
    expect(notices.map(({ kind }) => kind)).toEqual(['addressee-stopped'])
  }))
