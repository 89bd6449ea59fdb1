/** Whether a process's memory has stopped growing. Pure. */

/** How far the last quarter's peak may stand above the first's: what a collector that has not run yet leaves lying about. */
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
