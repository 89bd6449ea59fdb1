import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppealWorld, type SimulatedDispatch } from '../../support/appeal-world.ts'
import { type Behaviour, script } from '../../support/ledger-world.ts'

const DAY = 86_400
const PEOPLE = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7']
const FATES: Behaviour[] = [
  'accept',
  'accept-then-cut',
  'cut-before',
  'refuse-for-now',
  'refuse-one',
  'refuse-all',
  'nonsense',
  'quota',
  'quota-in-the-middle',
]
const fates = fc.array(fc.constantFrom(...FATES), { maxLength: 12 })
const idempotency = fc.constantFrom(0, DAY)
const audience = fc.subarray(PEOPLE, { minLength: 1 })
const rule = fc.constantFrom('unless-cancelled' as const, 'reached' as const)

const act = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({ kind: fc.constantFrom('go' as const, 'go' as const, 'crash' as const), at: fc.nat(3) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('pause', 'resume', 'cancel', 'decide', 'send-again'), at: fc.nat(3) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('open' as const), people: audience, rule }) },
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

const MOST_DISPATCHES = 4

async function perform(world: AppealWorld, done: Act): Promise<void> {
  if ('people' in done) {
    if (world.dispatches.length < MOST_DISPATCHES) await world.open(done.people, done.rule)
    return
  }
  const dispatch = world.dispatches[done.at % world.dispatches.length]
  switch (done.kind) {
    case 'go':
    case 'crash':
      return dispatch?.next(done.kind === 'crash')
    case 'pause':
    case 'resume':
      return dispatch?.hold(done.kind === 'pause')
    case 'cancel':
      return dispatch?.cancel()
    default:
      dispatch?.decide(done.kind === 'send-again')
  }
}

const timesReceived = (world: AppealWorld) => PEOPLE.map((person) => world.received.get(person) ?? 0)

const peopleWith = (dispatch: SimulatedDispatch, status: 'uncertain' | 'refused') => dispatch.lane.peopleWith(status)

test('whatever happens to dispatches of one appeal at any instant, nobody has it twice, and a last one reaches exactly the others', async () => {
  await fc.assert(
    fc.asyncProperty(
      idempotency,
      fates,
      audience,
      fc.array(act, { maxLength: 120 }),
      async (seconds, some, first, acts) => {
        const world = new AppealWorld(seconds, script(some))
        await world.open(first, 'unless-cancelled')
        for (const one of acts) await perform(world, one)
        await world.finish()
        for (const dispatch of world.dispatches) dispatch.decide(false)
        for (const times of timesReceived(world)) expect(times).toBeLessThanOrEqual(1)
        world.behave = () => 'accept'
        await world.open(PEOPLE, 'reached')
        await world.finish()
        expect(timesReceived(world)).toEqual(PEOPLE.map(() => 1))
      },
    ),
    { numRuns: 400 },
  )
})

test('a dispatch that follows a cancelled one reaches all whom that one did not reach, whatever its open call is answered', async () => {
  await fc.assert(
    fc.asyncProperty(
      idempotency,
      fates,
      fc.nat(40),
      fc.array(fc.nat(2), { maxLength: 60 }),
      async (seconds, some, before, order) => {
        let later = false
        const next = script(some)
        const world = new AppealWorld(seconds, () => (later ? 'accept' : next()))
        const cancelled = await world.open(PEOPLE, 'unless-cancelled')
        for (let turn = 0; turn < before; turn++) await cancelled.next()
        cancelled.cancel()
        const second = await world.open(PEOPLE, 'unless-cancelled')
        for (const one of order) await (one === 0 ? cancelled : second).next(one === 2)
        await world.finish()
        later = true
        const listed = [
          ...peopleWith(cancelled, 'uncertain'),
          ...peopleWith(cancelled, 'refused'),
          ...peopleWith(second, 'uncertain'),
          ...peopleWith(second, 'refused'),
        ]
        for (const person of PEOPLE) {
          expect(world.received.get(person) ?? 0).toBeLessThanOrEqual(1)
          if (!world.received.has(person)) expect(listed).toContain(person)
        }
      },
    ),
    { numRuns: 400 },
  )
})
