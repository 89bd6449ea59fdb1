import type { BatchMoment, Transition } from '../events/domain-event.ts'
import type { BatchHeader } from './batch.ts'

/** The batch of an event at `at` (epoch ms). It counts the people whose status is uncertain. */
export const batchMoment = ({ id, generation, statuses }: BatchHeader, at: number): BatchMoment => ({
  batch: id,
  generation,
  people: statuses.count('uncertain'),
  at,
})

/** The change from `before` to `next` at `at` (epoch ms), with an event if the batch became uncertain. */
export const toTransition = (before: BatchHeader, next: BatchHeader, at: number): Transition<BatchHeader> => ({
  next,
  events:
    before.state !== 'uncertain' && next.state === 'uncertain'
      ? [{ type: 'batch-became-uncertain', ...batchMoment(next, at) }]
      : [],
})
