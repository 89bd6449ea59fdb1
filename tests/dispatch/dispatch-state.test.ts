import { expect, test } from 'vitest'
import type { PauseReason } from '../../src/delivery/pause-reason.ts'
import * as state from '../../src/dispatch/dispatch-state.ts'

const NOW = 1_000
const MOMENT = { dispatch: 'd', at: NOW }
const after = (milliseconds: number) => ({ dispatch: 'd', at: NOW + milliseconds })
const REASON: PauseReason = { kind: 'asked', detail: 'asked' }
const fresh = state.initialDispatchState({ needsApproval: false })
const begun = (lanes: number) => state.started(fresh, MOMENT, lanes).next
const running = state.lanePlanned(begun(1), MOMENT, 0).next
const ended = state.laneFinished(running, MOMENT, 0).next

const decided = (change: state.StateChange): state.DispatchTransition => {
  if (!change.ok) throw new Error(change.error)
  return change.value
}
const pause = (before: state.DispatchState, reason = REASON) => decided(state.paused(before, MOMENT, reason)).next
const resume = (before: state.DispatchState) => decided(state.resumed(before, MOMENT)).next
const cancel = (before: state.DispatchState) => decided(state.cancelled(before, MOMENT)).next

test('a dispatch runs once all lanes have planned, and is finished once all lanes have finished', () => {
  let two = begun(2)
  two = state.lanePlanned(two, MOMENT, 0).next
  two = state.lanePlanned(two, MOMENT, 0).next // a lane that crashed after telling tells again
  expect(two.state).toBe('planning')
  two = state.lanePlanned(two, after(1), 1).next
  expect(two).toMatchObject({ state: 'running', plannedAt: NOW + 1 })
  two = state.laneFinished(state.laneFinished(two, MOMENT, 1).next, MOMENT, 1).next
  expect(two.state).toBe('running')
  expect(state.laneFinished(two, after(2), 0).next).toMatchObject({ state: 'finished', finishedAt: NOW + 2 })
})

test('an organiser cannot approve their own dispatch', () => {
  const waiting = state.initialDispatchState({ needsApproval: true })
  const approve = (before: state.DispatchState, by: string) =>
    state.approved(before, MOMENT, { createdBy: 'aigul' }, by)
  expect(approve(waiting, 'aigul')).toMatchObject({ ok: false })
  expect(decided(approve(waiting, 'boris')).next.state).toBe('scheduled')
  expect(approve(fresh, 'boris')).toMatchObject({ ok: false })
})

test('a pause stores the interrupted phase, and resuming continues with it', () => {
  expect(resume(pause(begun(2))).state).toBe('planning')
  expect(resume(pause(fresh)).state).toBe('scheduled')
  expect(resume(pause(running))).toEqual(running)
})

test('a lane that finishes planning during a pause does not leave the dispatch planning for ever', () => {
  expect(resume(state.lanePlanned(pause(begun(1)), MOMENT, 0).next).state).toBe('running')
})

test('a second pause keeps the first reason, and an ended dispatch cannot be paused, resumed or cancelled', () => {
  expect(pause(pause(running), { kind: 'other', detail: 'other' }).paused?.reason).toEqual(REASON)
  for (const over of [ended, cancel(pause(running))]) {
    expect(state.paused(over, MOMENT, REASON).ok).toBe(false)
    expect(state.resumed(over, MOMENT).ok).toBe(false)
    expect(state.cancelled(over, MOMENT).ok).toBe(false)
  }
})

test('sending to uncertain people again reopens a finished dispatch, which then finishes again', () => {
  const reopened = state.laneReopened(ended, MOMENT, 0).next
  expect(reopened.state).toBe('running')
  expect(reopened.finishedAt).toBeUndefined()
  expect(state.laneFinished(reopened, after(9), 0).next).toMatchObject({ state: 'finished', finishedAt: NOW + 9 })
})

test('a cancelled dispatch is not reopened', () => {
  const cancelled = cancel(running)
  expect(state.laneReopened(cancelled, MOMENT, 0).next).toBe(cancelled)
})

test.each<[string, state.DispatchTransition, object]>([
  [
    'an approval',
    decided(state.approved(state.initialDispatchState({ needsApproval: true }), MOMENT, { createdBy: 'a' }, 'b')),
    { type: 'dispatch-approved', by: 'b' },
  ],
  ['a start', state.started(fresh, MOMENT, 4), { type: 'dispatch-started', lanes: 4 }],
  ['the last lane that has planned', state.lanePlanned(begun(1), MOMENT, 0), { type: 'dispatch-planned' }],
  ['a pause', decided(state.paused(running, MOMENT, REASON)), { type: 'dispatch-paused', reason: 'asked' }],
  ['a resume', decided(state.resumed(pause(running), MOMENT)), { type: 'dispatch-resumed' }],
  ['a cancel', decided(state.cancelled(running, MOMENT)), { type: 'dispatch-cancelled' }],
  ['the last lane that has finished', state.laneFinished(running, MOMENT, 0), { type: 'dispatch-finished' }],
  ['people sent to again after the end', state.laneReopened(ended, MOMENT, 0), { type: 'dispatch-reopened' }],
])('%s is one event', (_, { events }, event) => {
  expect(events).toEqual([{ ...MOMENT, ...event }])
})

test('a change without a change of phase has no event', () => {
  for (const { events } of [
    decided(state.paused(pause(running), MOMENT, REASON)),
    state.lanePlanned(begun(2), MOMENT, 0),
    state.lanePlanned(running, MOMENT, 0),
    state.laneFinished(begun(2), MOMENT, 0),
    state.laneFinished(ended, MOMENT, 0),
    state.laneReopened(running, MOMENT, 0),
    state.laneReopened(cancel(running), MOMENT, 0),
  ])
    expect(events).toEqual([])
})
