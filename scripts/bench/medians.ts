/** Turns repeated runs of a dispatch into the figures of the report. */

import type { Shape } from './deployment.ts'
import type { Run } from './dispatch.ts'
import type { Reference } from './reference/reference.ts'
import type { Results, Sent, Shared } from './report.ts'

/** A dispatch, and the recipients per second of the references that were measured after it. */
export type Measured = Run & { references: Partial<Record<Reference, number>> }

/** The middle value; the lower middle one of an even number. NaN of none. */
export const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? Number.NaN

export function sentOf(runs: readonly Measured[], people: number, shape: Shape, { limits }: Results): Sent {
  const bySpeed = runs.toSorted((a, b) => b.seconds - a.seconds)
  const [slowest, middle, fastest] = [bySpeed.at(0), bySpeed.at(bySpeed.length >> 1), bySpeed.at(-1)]
  if (slowest === undefined || middle === undefined || fastest === undefined) throw new Error('no run was measured')
  const { tally, seconds, cpuSeconds, peakMegabytes } = middle
  const perSecond = people / seconds
  return {
    shape,
    people,
    perSecond,
    between: [people / slowest.seconds, people / fastest.seconds],
    ofLimit: perSecond / (limits.find((one) => one.shape === shape)?.perSecond ?? Number.NaN),
    busy: medianOf(runs.map(({ busy }) => busy)),
    cpuSeconds,
    peakMegabytes,
    bytesPerRecipient: tally.bytes / people,
    calls: tally.calls,
  }
}

/** A reference, and the speed of a dispatch as a share of it: the median of the pairs that were measured one after the other. */
export function sharedOf(runs: readonly Measured[], people: number, shape: Shape, reference: Reference): Shared {
  const speeds = runs.map(({ references }) => references[reference] ?? Number.NaN)
  return {
    shape,
    people,
    reference,
    perSecond: medianOf(speeds),
    between: [Math.min(...speeds), Math.max(...speeds)],
    share: medianOf(runs.map(({ seconds }, i) => people / seconds / (speeds[i] ?? Number.NaN))),
  }
}
