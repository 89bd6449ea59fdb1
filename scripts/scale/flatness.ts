/** Whether a process's memory has stopped growing. Pure functions. */

/** Share by which the last quarter's peak may exceed the first's: memory that the garbage collector has not freed yet. */
export const FLAT_WITHIN = 0.25

/** The highest sample of each quarter, in order. */
export function quarterPeaks(samples: readonly number[]): number[] {
  const quarter = Math.ceil(samples.length / 4)
  return [0, 1, 2, 3].map((i) => Math.max(0, ...samples.slice(i * quarter, (i + 1) * quarter)))
}

export function isFlat(samples: readonly number[]): boolean {
  const [first = 0, , , last = 0] = quarterPeaks(samples)
  return last <= first * (1 + FLAT_WITHIN)
}
