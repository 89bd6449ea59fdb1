import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AddresseeKind } from '../../../../src/actions/letters/addressees.ts'
import { noticesOf } from '../../../../src/objects.ts'
import type { Fate } from '../../../support/behaving-transports.ts'
import { campaignTo, fingerprintOf, posting, type World } from '../../../support/letter-delivery-world.ts'
import { bindings, mailsTo, Visitor } from '../../../support/visitor.ts'

/** A Saturday. Digests go on Monday at nine. */
const SATURDAY = Date.UTC(2030, 10, 30, 11)
const MONDAY = Date.UTC(2030, 11, 2, 9)
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: SATURDAY }))
afterEach(() => vi.useRealTimers())

const NAMES = ['anna', 'boris', 'carla', 'dora', 'emil', 'fay']
const sentenceOf = (name: string) => `It is ${name} who writes.`
const spoil = (rows: World['rows'], table: string, id: number) =>
  rows(`UPDATE ${table} SET entry = x'00ff' WHERE id = ${id}`)

/** Replaces digest entries by bytes that do not open. Returns a function that puts the entries back. */
function damage({ rows }: World, kind: AddresseeKind, which: readonly number[]): () => void {
  rows('CREATE TABLE kept AS SELECT id, entry FROM letter')
  const ids = rows<{ id: number }>(`SELECT id FROM letter WHERE kind = '${kind}' ORDER BY id`).map(({ id }) => id)
  for (const n of which) spoil(rows, 'letter', ids[n] ?? 0)
  return () => rows('UPDATE letter SET entry = (SELECT entry FROM kept WHERE kept.id = letter.id)')
}

/** How often each writer's sentence came to the address. */
async function arrivedAt(address: string): Promise<Record<string, number>> {
  const text = (await mailsTo(address)).map((mail) => mail.text).join('\n')
  return Object.fromEntries(NAMES.map((name) => [name, text.split(sentenceOf(name)).length - 1]))
}

async function messageIds(address: string): Promise<Array<string | undefined>> {
  const sources = (await mailsTo(address)).map(async ({ id }) => (await new Visitor().ask(`/outbox/${id}.eml`)).text())
  return (await Promise.all(sources)).map((source) => /^message-id: *(\S+)/im.exec(source)?.[1])
}

const each = (names: readonly string[]) => Object.fromEntries(NAMES.map((name) => [name, names.includes(name) ? 1 : 0]))

let runs = 0
test.each<AddresseeKind>(['target', 'copies'])(
  'entries of a digest to %s that do not open stay out of it, all others arrive once, and the rest once the key is back',
  (kind) =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(NAMES.length - 1), { minLength: 1 }),
        fc.constantFrom<Fate>('accept', 'silence', {
          kind: 'refused',
          permanent: false,
          reason: 'mailbox-unavailable',
        }),
        async (damaged, first) => {
          const [desk, office] = [`desk${++runs}@desk.example`, `office${runs}@desk.example`]
          vi.setSystemTime(SATURDAY)
          await posting({ fate: (call) => (call === 1 ? first : 'accept') }, async (world) => {
            const campaign = campaignTo(desk, { ladder: ['digest'], copies: [office] })
            for (const name of NAMES) await world.write(campaign, name)
            const repair = damage(world, kind, damaged)
            await world.look(campaign, MONDAY)
            await world.look(campaign, MONDAY + 30 * 60_000)
            await world.look(campaign, MONDAY + 60 * 60_000)
            const readable = NAMES.filter((_, n) => !damaged.includes(n))
            const address = kind === 'target' ? desk : office
            expect(await arrivedAt(address)).toEqual(each(readable))
            expect(world.post.counts(kind)).toMatchObject({
              accepted: readable.length,
              uncertain: damaged.length,
              waiting: 0,
            })
            const { uncertain } = world.post.report()
            expect(uncertain).toMatchObject([{ people: damaged.length, reason: expect.stringContaining('KEYRING') }])
            expect((await noticesOf(bindings).list()).find(({ subject }) => subject === campaign.slug)).toMatchObject({
              kind: 'letters-unreadable',
              count: damaged.length,
            })

            repair()
            expect(await world.post.resolve(uncertain, 'send-again')).toHaveLength(1)
            await world.look(campaign, MONDAY + 2 * 60 * 60_000)
            expect(await arrivedAt(address)).toEqual(each(NAMES))
            const ids = await messageIds(address)
            expect(new Set(ids).size).toBe(ids.length) // a target's mail system drops a second mail of the same name
          })
        },
      ),
      { numRuns: 12 },
    ),
)

test('a letter counts as arrived beside an entry of the same digest that does not open', () =>
  posting({}, async (world) => {
    const campaign = campaignTo('kept@desk.example', { ladder: ['digest'] })
    for (const name of NAMES.slice(0, 3)) await world.write(campaign, name)
    damage(world, 'target', [1])
    await world.look(campaign, MONDAY)
    const writers = await Promise.all(NAMES.slice(0, 3).map((name) => fingerprintOf(`${name}@example.org`)))
    const statuses = writers.flatMap((writer) => world.post.lettersOf(writer).map(({ status }) => status))
    expect(statuses).toEqual(['accepted', 'uncertain', 'accepted'])
  }))

test('a digest whose call has no answer is not sent again without an entry that no longer opens', () =>
  posting({ fate: (call) => (call === 1 ? 'silence' : 'accept') }, async (world) => {
    const campaign = campaignTo('again@entries.example', { ladder: ['digest'] })
    for (const name of NAMES) await world.write(campaign, name)
    await world.look(campaign, MONDAY)
    damage(world, 'target', [0, 1, 2, 3, 4, 5].slice(0, 2))
    await world.look(campaign, MONDAY + 60 * 60_000)
    expect(world.counts()).toMatchObject({ uncertain: NAMES.length, waiting: 0 })
    expect(await arrivedAt('again@entries.example')).toEqual(each(NAMES))
  }))
