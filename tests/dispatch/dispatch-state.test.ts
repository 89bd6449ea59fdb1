import { expect, test } from 'vitest'
import type { PauseReason } from '../../src/delivery/pause-reason.ts'
import * as standing from '../../src/dispatch/dispatch-state.ts'

const NOW = 1_000
const REASON: PauseReason = { kind: 'asked', detail: 'asked' }
const fresh = standing.initialStanding({ needsApproval: false })
const running = standing.lanePlanned(standing.started(fresh, 1, NOW), 0, NOW)

const value = (change: standing.Change): standing.Standing => {
  if (!change.ok) throw new Error(change.error)
  return change.value
}

test('it runs once every lane has planned and is finished once every lane has', () => {
  let two = standing.started(fresh, 2, NOW)
  two = standing.lanePlanned(two, 0, NOW)
  two = standing.lanePlanned(two, 0, NOW) // a lane that crashed after telling tells again
  expect(two.state).toBe('planning')
  two = standing.lanePlanned(two, 1, NOW + 1)
  expect(two).toMatchObject({ state: 'running', plannedAt: NOW + 1 })
  two = standing.laneFinished(standing.laneFinished(two, 1, NOW), 1, NOW)
  expect(two.state).toBe('running')
  expect(standing.laneFinished(two, 0, NOW + 2)).toMatchObject({ state: 'finished', finishedAt: NOW + 2 })
})

test('nobody approves what they asked for themselves', () => {
  const waiting = standing.initialStanding({ needsApproval: true })
  expect(standing.approved(waiting, { createdBy: 'aigul' }, 'aigul')).toMatchObject({ ok: false })
  expect(value(standing.approved(waiting, { createdBy: 'aigul' }, 'boris')).state).toBe('scheduled')
  expect(standing.approved(fresh, { createdBy: 'aigul' }, 'boris')).toMatchObject({ ok: false })
})

test('a pause keeps what it interrupted, and resuming goes on with that', () => {
  const planning = standing.started(fresh, 2, NOW)
  expect(value(standing.resumed(value(standing.paused(planning, REASON)))).state).toBe('planning')
  expect(value(standing.resumed(value(standing.paused(fresh, REASON)))).state).toBe('scheduled')
  expect(value(standing.resumed(value(standing.paused(running, REASON))))).toEqual(running)
})

test('a lane that finishes planning while the others are told to pause does not leave it planning for ever', () => {
  const paused = value(standing.paused(standing.started(fresh, 1, NOW), REASON))
  expect(value(standing.resumed(standing.lanePlanned(paused, 0, NOW))).state).toBe('running')
})

test('a second pause keeps the first reason, and what has ended cannot be paused, resumed or cancelled', () => {
  const paused = value(standing.paused(running, REASON))
  expect(value(standing.paused(paused, { kind: 'other', detail: 'other' })).paused?.reason).toEqual(REASON)
  const ended = standing.laneFinished(running, 0, NOW)
  const cancelled = value(standing.cancelled(paused, NOW))
  for (const over of [ended, cancelled]) {
    expect(standing.paused(over, REASON).ok).toBe(false)
    expect(standing.resumed(over).ok).toBe(false)
    expect(standing.cancelled(over, NOW).ok).toBe(false)
  }
})

test('sending uncertain people again opens what was finished, and it finishes anew', () => {
  const ended = standing.laneFinished(running, 0, NOW)
  const reopened = standing.laneReopened(ended, 0)
  expect(reopened.state).toBe('running')
  expect(reopened.finishedAt).toBeUndefined()
  expect(standing.laneFinished(reopened, 0, NOW + 9)).toMatchObject({ state: 'finished', finishedAt: NOW + 9 })
})

test('what was cancelled is not opened again', () => {
  const cancelled = value(standing.cancelled(running, NOW))
  expect(standing.laneReopened(cancelled, 0)).toBe(cancelled)
})
