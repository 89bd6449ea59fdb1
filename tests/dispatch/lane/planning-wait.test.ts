import { expect, test } from 'vitest'
import { type OtherDispatchAnswer, PLANNING_WAIT_MS, PlanningWait } from '../../../src/dispatch/lane/planning-wait.ts'

const FREE = { id: 'other', earlier: true, reached: [], open: [], claimed: [] }

/** Asks about one person until a wait ends, with a clock that only sleeping moves. */
function waitWorld(answer: (question: number, claims: ReadonlySet<string>) => OtherDispatchAnswer) {
  let clock = 1_000
  let questions = 0
  const claims = new Set<string>()
  const wait = new PlanningWait()
  const reached = (mayGoOn: () => boolean = () => true) =>
    wait.reached(['p'], {
      ask: async () => [answer(++questions, claims)],
      claims,
      mayGoOn,
      now: () => clock,
      sleep: async (milliseconds) => {
        clock += milliseconds
      },
    })
  return { wait, claims, reached, now: () => clock, questions: () => questions }
}

test('a dispatch that never answers pauses the later one in the end, which says why; nobody is planned', async () => {
  const world = waitWorld(() => ({ id: 'gone', earlier: true, unreachable: 'overloaded' }))
  let slices = 0
  let overdue = null
  for (; overdue === null && slices < 100; slices++) {
    expect(await world.reached()).toBeNull()
    expect(world.claims.size).toBe(0)
    overdue = world.wait.takeOverdue(world.now())
    if (overdue === null) expect(world.wait.current()).toMatchObject({ until: 1_000 + PLANNING_WAIT_MS })
  }
  expect(overdue).toEqual({
    kind: 'earlier-dispatch',
    detail: expect.stringMatching(/gone does not answer: overloaded/),
  })
  expect(world.now()).toBeLessThan(1_000 + PLANNING_WAIT_MS + 5_000)
  expect(world.questions()).toBeLessThan(700)
  expect(world.wait.current()).toBeUndefined()
})

test('whoever an open call turned out to reach is left out, and the wait is over', async () => {
  const world = waitWorld((question) => (question < 5 ? { ...FREE, open: ['p'] } : { ...FREE, reached: ['p'] }))
  expect(await world.reached()).toEqual(new Set(['p']))
  expect(world.wait.current()).toBeUndefined()
})

test('a later dispatch gives way to the claim of an earlier one, and claims again only when that one has done', async () => {
  const claimed: number[] = []
  const world = waitWorld((question, claims) => {
    claimed.push(claims.size)
    return question < 4 ? { ...FREE, claimed: ['p'] } : FREE
  })
  expect(await world.reached()).toEqual(new Set())
  expect(claimed).toEqual([1, 0, 0, 0, 1])
})

test('an earlier dispatch keeps its claim while a later one gives way', async () => {
  const claimed: number[] = []
  const world = waitWorld((question, claims) => {
    claimed.push(claims.size)
    return { ...FREE, earlier: false, claimed: question < 3 ? ['p'] : [] }
  })
  expect(await world.reached()).toEqual(new Set())
  expect(claimed).toEqual([1, 1, 1])
})

test('a pause or cancel ends the wait at the next question', async () => {
  const world = waitWorld(() => ({ ...FREE, open: ['p'] }))
  expect(await world.reached(() => world.questions() < 3)).toBeNull()
  expect([world.questions(), world.claims.size, world.wait.current()]).toEqual([3, 0, undefined])
})
