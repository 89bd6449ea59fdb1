import { expect, test } from 'vitest'
import type { PauseReason } from '../../src/delivery/pause-reason.ts'
import * as transitions from '../../src/dispatch/dispatch-state.ts'

const NOW = 1_000
const REASON: PauseReason = { kind: 'asked', detail: 'asked' }
const fresh = transitions.initialDispatchState({ needsApproval: false })
const running = transitions.lanePlanned(transitions.started(fresh, 1, NOW), 0, NOW)

const value = (change: transitions.StateChange): transitions.DispatchState => {
  if (!change.ok) throw new Error(change.error)
  return change.value
}

test('it runs once every lane has planned and is finished once every lane has', () => {
  let two = transitions.started(fresh, 2, NOW)
  two = transitions.lanePlanned(two, 0, NOW)
  two = transitions.lanePlanned(two, 0, NOW) // a lane that crashed after telling tells again
  expect(two.state).toBe('planning')
  two = transitions.lanePlanned(two, 1, NOW + 1)
  expect(two).toMatchObject({ state: 'running', plannedAt: NOW + 1 })
  two = transitions.laneFinished(transitions.laneFinished(two, 1, NOW), 1, NOW)
  expect(two.state).toBe('running')
  expect(transitions.laneFinished(two, 0, NOW + 2)).toMatchObject({ state: 'finished', finishedAt: NOW + 2 })
})

test('nobody approves what they asked for themselves', () => {
  const waiting = transitions.initialDispatchState({ needsApproval: true })
  expect(transitions.approved(waiting, { createdBy: 'aigul' }, 'aigul')).toMatchObject({ ok: false })
  expect(value(transitions.approved(waiting, { createdBy: 'aigul' }, 'boris')).state).toBe('scheduled')
  expect(transitions.approved(fresh, { createdBy: 'aigul' }, 'boris')).toMatchObject({ ok: false })
})

test('a pause keeps what it interrupted, and resuming goes on with that', () => {
  const planning = transitions.started(fresh, 2, NOW)
  expect(value(transitions.resumed(value(transitions.paused(planning, REASON)))).state).toBe('planning')
  expect(value(transitions.resumed(value(transitions.paused(fresh, REASON)))).state).toBe('scheduled')
  expect(value(transitions.resumed(value(transitions.paused(running, REASON))))).toEqual(running)
})

test('a lane that finishes planning while the others are told to pause does not leave it planning for ever', () => {
  const paused = value(transitions.paused(transitions.started(fresh, 1, NOW), REASON))
  expect(value(transitions.resumed(transitions.lanePlanned(paused, 0, NOW))).state).toBe('running')
})

test('a second pause keeps the first reason, and what has ended cannot be paused, resumed or cancelled', () => {
  const paused = value(transitions.paused(running, REASON))
  expect(value(transitions.paused(paused, { kind: 'other', detail: 'other' })).paused?.reason).toEqual(REASON)
  const ended = transitions.laneFinished(running, 0, NOW)
  const cancelled = value(transitions.cancelled(paused, NOW))
  for (const over of [ended, cancelled]) {
    expect(transitions.paused(over, REASON).ok).toBe(false)
    expect(transitions.resumed(over).ok).toBe(false)
    expect(transitions.cancelled(over, NOW).ok).toBe(false)
  }
})

test('sending uncertain people again opens what was finished, and it finishes anew', () => {
  const ended = transitions.laneFinished(running, 0, NOW)
  const reopened = transitions.laneReopened(ended, 0)
  expect(reopened.state).toBe('running')
  expect(reopened.finishedAt).toBeUndefined()
  expect(transitions.laneFinished(reopened, 0, NOW + 9)).toMatchObject({ state: 'finished', finishedAt: NOW + 9 })
})

test('what was cancelled is not opened again', () => {
  const cancelled = value(transitions.cancelled(running, NOW))
  expect(transitions.laneReopened(cancelled, 0)).toBe(cancelled)
})
