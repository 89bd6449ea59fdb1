import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppealWorld } from '../../support/appeal-world.ts'
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
const refusals = fc.constantFrom<Behaviour>(
  'refuse-for-now',
  'refuse-all',
  'quota',
  'quota-in-the-middle',
  'cut-before',
  'accept',
)
const fates = fc.array(fc.constantFrom(...FATES), { maxLength: 12 })
const idempotency = fc.constantFrom(0, DAY)
const audience = fc.subarray(PEOPLE, { minLength: 1 })
const rule = fc.constantFrom('unless-cancelled' as const, 'reached' as const)

const at = fc.nat(3)
const act = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant('go' as const), at, turns: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('cancel', 'cancel', 'decide', 'decide', 'crash', 'pause', 'resume', 'send-again'),
      at,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('open' as const), people: audience, rule }) },
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

const MOST_DISPATCHES = 4

async function perform(world: AppealWorld, done: Act): Promise<void> {
  if ('people' in done) {
    if (world.dispatches.length < MOST_DISPATCHES) await world.open(done.people, done.rule)
    return
  }
  const dispatch = world.dispatches[done.at % world.dispatches.length]
  if ('turns' in done) {
    for (let turn = 0; turn < done.turns; turn++) await dispatch?.next()
    return
  }
  switch (done.kind) {
    case 'crash':
      return dispatch?.next(true)
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

test('whatever happens to dispatches of one appeal at any instant, nobody has it twice, and a last one reaches exactly the others', async () => {
  await fc.assert(
    fc.asyncProperty(
      idempotency,
      fates,
      audience,
      fc.array(act, { minLength: 4, maxLength: 40 }),
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

/** The turns after which the first, the second or the third call of a dispatch to all people is under way, and some around. */
const untilACall = fc.integer({ min: 8, max: 34 })
/** Which of the two dispatches goes on, or whose runtime dies. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant('second' as const) },
  { weight: 2, arbitrary: fc.constant('cancelled' as const) },
  { weight: 1, arbitrary: fc.constantFrom('second dies' as const, 'cancelled dies' as const) },
)

test('a dispatch that follows a cancelled one reaches all whom that one did not reach, whatever its open call is answered', async () => {
  await fc.assert(
    fc.asyncProperty(
      idempotency,
      fc.array(refusals, { minLength: 1, maxLength: 6 }),
      untilACall,
      fc.array(step, { minLength: 6, maxLength: 40 }),
      async (seconds, some, before, steps) => {
        const world = new AppealWorld(seconds, script(some))
        const cancelled = await world.open(PEOPLE, 'unless-cancelled')
        for (let turn = 0; turn < before; turn++) await cancelled.next()
        cancelled.cancel()
        const second = await world.open(PEOPLE, 'unless-cancelled')
        for (const one of steps) await (one.startsWith('second') ? second : cancelled).next(one.endsWith('dies'))
        await world.finish()
        const listed = [cancelled, second].flatMap(({ lane }) => [
          ...lane.peopleWith('uncertain'),
          ...lane.peopleWith('refused'),
        ])
        for (const person of PEOPLE) {
          expect(world.received.get(person) ?? 0).toBeLessThanOrEqual(1)
          if (!world.received.has(person)) expect(listed).toContain(person)
        }
      },
    ),
    { numRuns: 600 },
  )
})
