import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DispatchState, initialDispatchState } from '../../src/dispatch/dispatch-state.ts'
import { newsDue, type QueuedNews } from '../../src/dispatch/news/news.ts'
import { type NewsOfDispatch, newsMail } from '../../src/dispatch/news/news-mail.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 11, 1, 12)
const request = { id: 'd1', dryRun: false, createdAt: NOW - 3 * DAY_MS, sendAt: NOW - 1_000 }
const initial = initialDispatchState({ needsApproval: false })

const at = fc.integer({ min: NOW - 3 * DAY_MS, max: NOW })
const states: fc.Arbitrary<DispatchState> = fc
  .record({
    phase: fc.constantFrom('scheduled', 'planning', 'running', 'paused', 'finished', 'cancelled'),
    at,
    end: at,
  })
  .map(({ phase, at, end }) => ({
    ...initial,
    state: phase as DispatchState['state'],
    ...(phase !== 'scheduled' && { startedAt: at }),
    ...(phase === 'paused' && { paused: { reason: { kind: 'quota', detail: 'used up' }, before: 'running', at: end } }),
    ...((phase === 'finished' || phase === 'cancelled') && { finishedAt: end }),
  }))

test('in whatever order states come, each piece of news is due until it is queued, then never again, and none after a day', () => {
  fc.assert(
    fc.property(fc.array(states, { maxLength: 12 }), (history) => {
      const seen = new Set<string>()
      let queued: QueuedNews = {}
      for (const state of history) {
        for (const news of newsDue(request, state, queued, NOW)) {
          expect(NOW - news.at).toBeLessThanOrEqual(DAY_MS)
          expect(newsDue(request, state, queued, NOW)).toContainEqual(news)
          queued = { ...queued, [news.kind]: news.at }
          seen.add(`${news.kind} ${news.at}`)
        }
        expect(newsDue(request, state, queued, NOW)).toEqual([])
      }
    }),
  )
})

test('a pause that an organiser asked for, a cancel, a start at once, a dry run and a practice are no news', () => {
  const asked = { reason: { kind: 'asked', detail: 'paused by anna' }, before: 'running', at: NOW } as const
  const finished: DispatchState = { ...initial, state: 'finished', startedAt: NOW, finishedAt: NOW }
  expect(newsDue(request, { ...initial, state: 'paused', paused: asked }, {}, NOW)).toEqual([])
  expect(newsDue(request, { ...initial, state: 'cancelled', finishedAt: NOW }, {}, NOW)).toEqual([])
  expect(newsDue({ ...request, sendAt: request.createdAt }, finished, {}, NOW)).toEqual([{ kind: 'finished', at: NOW }])
  expect(newsDue({ ...request, dryRun: true }, finished, {}, NOW)).toEqual([])
  expect(newsDue({ ...request, practice: true }, finished, {}, NOW)).toEqual([])
  expect(newsDue(request, finished, {}, NOW)).toHaveLength(2)
})

test('the mail of an end has the counts, how long it took, and for uncertain people what to do', () => {
  const counts = { planned: 20, waiting: 0, accepted: 15, refused: 1, suppressed: 0, uncertain: 4, cancelled: 0 }
  const view: NewsOfDispatch = {
    ...{ id: 'd1', campaign: 'quay', email: 'update', updateId: '2026-12-01', counts, dryRun: false },
    state: 'finished',
    ...{ createdAt: '2026-12-01T08:00:00Z', startedAt: '2026-12-01T08:00:00Z', finishedAt: '2026-12-01T09:12:00Z' },
  }
  const mail = newsMail('https://act.example.org', { kind: 'finished', at: NOW }, view)
  expect(mail.subject).toBe('The update 2026-12-01 of quay has finished')
  expect(mail.text).toContain('20 people planned: 15 accepted, 1 refused, 4 uncertain. It took 1 h 12 min.')
  expect(mail.text).toMatch(/\(4 people\)\nWhat to do: .*npm run tocsin -- resolve/)
  expect(mail.text).toContain('\nnpm run tocsin -- status d1')
})
