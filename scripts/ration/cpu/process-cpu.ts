import { existsSync, readdirSync, readFileSync } from 'node:fs'

const NS_PER_MS = 1_000_000

/** Whether this system tells the CPU time of a process to the nanosecond: Linux does, in /proc/PID/task/TID/schedstat. */
export const canMeasureCpu = (): boolean => existsSync('/proc/self/schedstat')

/** Milliseconds of CPU that all threads of a process have used. */
export function cpuMs(pid: number): number {
  const tasks = `/proc/${pid}/task`
  let nanoseconds = 0
  for (const task of readdirSync(tasks)) {
    try {
      nanoseconds += Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0])
    } catch {
      // the thread has ended
    }
  }
  return nanoseconds / NS_PER_MS
}

/** The middle of some numbers; NaN of none. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
