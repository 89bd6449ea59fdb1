import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { addresseesOf } from '../../../../src/actions/letters/addressees.ts'
import { stopCopies } from '../../../../src/actions/letters/cancel-letters.ts'
import { sealLetters } from '../../../../src/actions/letters/letter.ts'
import { letterStream } from '../../../../src/actions/letters/letter-send.ts'
import { LetterState } from '../../../../src/actions/letters/letter-state.ts'
import { rescheduleMissed } from '../../../../src/actions/letters/reschedule-letters.ts'
import { RevisionState } from '../../../../src/actions/revision-state.ts'
import { WriterState } from '../../../../src/actions/writers/writer-state.ts'
import type { Campaign } from '../../../../src/campaigns/campaign.ts'
import { SuspectedRefusals } from '../../../../src/delivery/refusals/suspected-refusals.ts'
import { sendStream } from '../../../../src/delivery/send-stream.ts'
import type { SliceEnd } from '../../../../src/delivery/send-world.ts'
import { SliceBudget } from '../../../../src/delivery/slice-budget.ts'
import type { Settings } from '../../../../src/env.ts'
import { driver as outbox } from '../../../../src/transports/drivers/outbox.ts'
import { selectTransport } from '../../../../src/transports/select-transport.ts'
import { Behaving, type Fate } from '../../../support/behaving-transports.ts'
import { ferry } from '../../../support/campaign.ts'
import { openCampaign } from '../../../support/open-databases.ts'
import { testSettings } from '../../../support/supporter-world.ts'
import { bindings, mailsTo } from '../../../support/visitor.ts'

const settings = await testSettings()

const target = (id: string, email: string): Campaign['targets'][number] => ({
  id,
  role: 'Director',
  locale: 'en',
  salutation: 'Dear Director',
  channels: { email: [email] },
  ladder: ['each'],
})
const campaign: Campaign = { ...ferry, targets: [target('one', 'one@desk.example'), target('two', 'two@desk.example')] }

/** A transport for letters with scripted answers. */
function carriedBy(behaving: Behaving, captive: boolean): Settings {
  const configured = outbox.configure({})
  if ('faults' in configured) throw new Error('the outbox cannot be configured')
  const make = () => ({ ...behaving.as('told', configured.make(bindings, 'transactional')), captive })
  return {
    ...settings,
    transports: { ...settings.transports, transactional: { ...settings.transports.transactional, make } },
  }
}

let objects = 0

type Changes = Partial<Behaving> & { desk?: { perHour: number }; of?: Campaign; captive?: boolean }

/** Confirms letters of so many writers, and sends what is due until nothing more happens. */
function sent<T>(
  writers: number,
  fate: (call: number) => Fate,
  decide: (ended: Ended) => Promise<T>,
  { desk = { perHour: 1e9 }, of = campaign, captive = true, ...change }: Changes = {},
): Promise<T> {
  const behaving = Object.assign(new Behaving(), { fate }, change)
  return runInDurableObject(bindings.SENDER_QUOTA.getByName(`letters-${++objects}`), async (_, ctx) => {
    const db = openCampaign(ctx)
    const state = new LetterState(db)
    const revisions = new RevisionState(db)
    const people = new WriterState(db)
    revisions.store(of)
    const admit = (n: number) => confirmed(state, people, n, desk, of)
    for (let n = 0; n < writers; n++) await admit(n)
    const sending = carriedBy(behaving, captive)
    const send = (again = new LetterState(openCampaign(ctx))) =>
      sendStream(
        bindings,
        letterStream({
          env: bindings,
          settings: sending,
          slug: of.slug,
          state: again,
          revisions,
          addressees: addresseesOf(of),
        }),
        {
          transports: [selectTransport(sending, bindings, 'transactional')],
          request: { who: `letters/${of.slug}` },
          budget: new SliceBudget(Date.now()),
          mayGoOn: () => true,
          blockedBy: () => null,
          suspected: new SuspectedRefusals(),
        },
      )
    let end = await send(state)
    for (let slices = 0; end.kind === 'held' && slices < 5; slices++) end = await send(state)
    return decide({ state, people, admit, send: () => send(state), calls: () => behaving.calls.length, end })
  })
}

/** Writers whose letters have all ended. */
const ended = (people: WriterState) => people.listDueReceipts('', 100)

type Ended = {
  state: LetterState
  people: WriterState
  admit(n: number): Promise<void>
  send(): Promise<SliceEnd>
  calls(): number
  end: SliceEnd
}

const seen = async ({ state, people, calls, end }: Ended) => ({
  calls: calls(),
  end,
  counts: state.ledger.counts().counts,
  perTarget: state.ledger.counts().perGroup,
  stopped: state.schedule.stopped(),
  receiptsDue: ended(people).length,
})

async function confirmed(
  state: LetterState,
  people: WriterState,
  n: number,
  desk: { perHour: number },
  of: Campaign,
): Promise<void> {
  const id = crypto.randomUUID()
  const draft = {
    locale: 'en',
    email: `writer${n}@example.org`,
    name: `Writer ${n}`,
    sentence: 'I stand with the crew.',
    shown: false,
    updates: false,
  }
  const letters = (await sealLetters(settings, of, id, draft)).map((one) => ({
    ...one,
    addressee: { ...one.addressee, ...desk },
  }))
  const one = { draft: id, writer: `w${n}`, fingerprint: n.toString(16).padStart(32, '0') }
  const then = Date.now() - 1_000
  people.add({ ...one, confirmedDraft: 'sealed', consent: null, country: '' }, then)
  state.insert({ ...one, revision: of.revision, letters }, then, () => 0)
}

test('the first hard bounce stops a target and is reported, and other targets still get letters', async () => {
  const dead = { kind: 'refused', permanent: true, reason: 'bad-address', detail: '550 no such user' } as const
  const result = await sent(6, (call) => (call === 1 ? dead : 'accept'), seen)
  const [stopped] = result.stopped
  expect(result.stopped).toEqual([{ target: stopped?.target, reason: '550 no such user' }])
  expect(result.perTarget[stopped?.target ?? '']).toMatchObject({
    planned: 6,
    accepted: 0,
    refused: 1,
    cancelled: 5,
    waiting: 0,
  })
  const other = stopped?.target === 'one' ? 'two' : 'one'
  expect(result.perTarget[other]).toMatchObject({ planned: 6, accepted: 6 })
  expect(result.calls).toBe(7)
  expect(result.receiptsDue).toBe(6)
})

test('with a transport without idempotency unanswered letters are uncertain, none is sent twice, and an organiser decides', async () => {
  const decide = async ({ state, people, send, calls }: Ended) => {
    for (const head of [...state.ledger.due()]) state.ledger.save({ ...head, dueAt: 0 }) // due again
    await send()
    const uncertain = [...state.ledger.uncertain()].map(({ id, generation }) => ({ id, generation }))
    expect(uncertain).toHaveLength(4)
    expect(ended(people)).toEqual([])
    const before = calls()
    expect(state.resolve(uncertain.slice(0, 3), 'count-as-sent', Date.now())).toHaveLength(3)
    expect(state.resolve(uncertain, 'send-again', Date.now())).toEqual([uncertain[3]?.id])
    await send()
    return { before, after: calls(), counts: state.ledger.counts().counts, receiptsDue: ended(people).length }
  }
  const silence = (call: number) => (call <= 8 && call % 2 === 1 ? 'silence' : 'accept')
  const result = await sent(4, silence, decide, { idempotencySeconds: 0 })
  expect(result).toMatchObject({
    before: 8,
    after: 9,
    counts: { planned: 8, accepted: 8, uncertain: 0 },
    receiptsDue: 4,
  })
})

test('with a cap of thirty an hour one letter goes and the others wait for their turns', async () => {
  const result = await sent(10, () => 'accept', seen, { desk: { perHour: 30 } })
  expect(result.counts).toMatchObject({ planned: 20, accepted: 2, waiting: 18 })
  expect(result.end).toMatchObject({ kind: 'later' })
})

test('after a stop, letters with a missed turn get a new turn after the others', async () => {
  const retimed = await sent(
    5,
    () => 'accept',
    async ({ state }) => {
      const now = Date.now()
      const addressees = new Map(
        [...addresseesOf(campaign)].map(([key, one]) => [key, { ...one, perHour: 30 }] as const),
      )
      for (const head of [...state.ledger.due()]) state.ledger.save({ ...head, dueAt: now - 8 * 3_600_000 })
      rescheduleMissed(state, addressees, now, () => 0)
      return [...state.ledger.due()]
        .filter(({ group }) => group === 'one')
        .map(({ dueAt }) => Math.round((dueAt - now) / 60_000))
    },
    { desk: { perHour: 1 } },
  )
  expect(retimed.sort((a, b) => a - b).every((minutes, n) => minutes >= n * 2)).toBe(true)
})

test('a letter that cannot be decrypted is uncertain and delays no other', async () => {
  const result = await sent(
    3,
    () => 'accept',
    async (ended) => {
      const { state, send } = ended
      await ended.admit(9)
      const [spoilt] = [...state.ledger.due()]
      if (spoilt === undefined) throw new Error('nothing waits')
      state.ledger.dropRecipients(spoilt.id)
      const other = { ...spoilt, id: state.ledger.nextId(), dueAt: 0 }
      state.ledger.replace(spoilt.id, [])
      state.ledger.insert({
        head: { ...other, id: spoilt.id },
        people: ['f'.repeat(32)],
        recipients: new Uint8Array(40),
      })
      let end = await send()
      for (let slices = 0; end.kind === 'held' && slices < 5; slices++) end = await send()
      return {
        ...(await seen(ended)),
        uncertain: [...state.ledger.uncertain()].map(({ id, reason }) => ({ id, reason })),
        spoilt: spoilt.id,
      }
    },
  )
  expect(result.counts).toMatchObject({ accepted: 7, uncertain: 1, waiting: 0 })
  expect(result.uncertain).toEqual([{ id: result.spoilt, reason: expect.stringContaining('KEYRING') }])
})

/** A campaign with one target, and a deputy in Cc. */
const copied = (name: string, to = `${name}@desk.example`): Campaign => ({
  ...campaign,
  slug: `ferry-${name}`,
  targets: [target('one', to)],
  copies: [
    {
      id: 'deputy',
      name: 'A deputy',
      channels: { email: [`${name}-deputy@state.example`, `${name}-office@state.example`] },
      by: 'cc',
    },
  ],
})
const ccOf = async (address: string) => (await mailsTo(address)).map(({ cc }) => cc)

test.each(['bad-address', 'suppressed', 'invalid-content'] as const)(
  'a refusal as %s that an address in Cc may have caused stops no target: the letter goes again without Cc',
  async (reason) => {
    const refusal = { kind: 'refused', permanent: true, reason } as const
    const of = copied(reason)
    const decide = async (ended: Ended) => {
      for (const head of [...ended.state.ledger.due()]) ended.state.ledger.save({ ...head, dueAt: 0 })
      await ended.send()
      return seen(ended)
    }
    const result = await sent(2, (call) => (call === 1 ? refusal : 'accept'), decide, { of })
    expect(result).toMatchObject({ calls: 3, stopped: [], counts: { planned: 2, accepted: 2, refused: 0 } })
    expect((await ccOf(`${reason}@desk.example`)).map((cc) => cc.length).sort()).toEqual([0, 2])
  },
)

test('a target that also refuses a letter without Cc is stopped after that call', async () => {
  const refusal = { kind: 'refused', permanent: true, reason: 'bad-address' } as const
  const decide = async (ended: Ended) => {
    for (const head of [...ended.state.ledger.due()]) ended.state.ledger.save({ ...head, dueAt: 0 })
    await ended.send()
    return seen(ended)
  }
  const result = await sent(1, () => refusal, decide, { of: copied('gone') })
  expect(result).toMatchObject({ calls: 2, stopped: [{ target: 'one' }], counts: { refused: 1 } })
})

test('an unanswered letter is repeated with the same Cc; after one of them stopped copies an organiser decides', async () => {
  const of = copied('unanswered')
  const again = (refusing: boolean) =>
    sent(
      1,
      (call) => (call === 1 ? 'silence' : 'accept'),
      async (ended) => {
        const { state, send } = ended
        if (refusing) {
          const deputy = 'unanswered-deputy@state.example' as Parameters<typeof settings.fingerprint>[0]
          stopCopies(state, await settings.fingerprint(deputy))
        }
        for (const head of [...state.ledger.due()]) state.ledger.save({ ...head, dueAt: 0 })
        await send()
        return seen(ended)
      },
      { of },
    )
  expect(await again(false)).toMatchObject({ calls: 2, counts: { accepted: 1, uncertain: 0 } })
  expect(await again(true)).toMatchObject({ calls: 1, counts: { accepted: 0, uncertain: 1 } })
})

test('a real transport leaves out a Cc address at a reserved domain, and sends the letter', async () => {
  const to = 'director@harbour.notexample.org'
  const result = await sent(1, () => 'accept', seen, { of: copied('real', to), captive: false })
  expect(result).toMatchObject({ calls: 1, counts: { accepted: 1 } })
  expect(await ccOf(to)).toEqual([[]])
})
