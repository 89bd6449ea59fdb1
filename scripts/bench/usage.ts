/** CPU time and memory of a process, from Linux's /proc (proc(5)); NaN on other systems. */

import { existsSync, readFileSync } from 'node:fs'

/** Clock ticks per second in /proc, the same on every Linux machine (USER_HZ). */
const TICKS_PER_SECOND = 100

type Usage = { cpuSeconds: number; peakMegabytes: number }

const canMeasure = existsSync('/proc/self/stat')

/** CPU time (user and system) since the start of a process, and its peak memory. */
export function usageOf(pid: number): Usage {
  if (!canMeasure) return { cpuSeconds: Number.NaN, peakMegabytes: Number.NaN }
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // From the third field on: the second, the name, may contain spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return { cpuSeconds: ticks / TICKS_PER_SECOND, peakMegabytes: Number(kilobytes) / 1_024 }
}

const NANOSECONDS = 1e9
const SAMPLE_EVERY_MS = 20

/** Seconds since its start in which the main thread of a process ran or waited for a core. NaN where /proc does not tell. */
function mainThreadSeconds(pid: number): number {
  try {
    const [ran, waited] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')
    return (Number(ran) + Number(waited)) / NANOSECONDS
  } catch {
    return Number.NaN
  }
}

export type Watch = {
  /** Ends the watch. Returns the share of the time between two instants (epoch ms) in which the thread had work. */
  busyBetween(from: number, to: number): number
}

/**
 * Watches the main thread of workerd, which runs the Worker and all objects. A thread that waits for a core counts as busy: it has work,
 * and other programs of the machine do not change the share.
 */
export function watchMainThread(pid: number): Watch {
  const samples: Array<{ at: number; seconds: number }> = []
  const sample = () => samples.push({ at: Date.now(), seconds: mainThreadSeconds(pid) })
  sample()
  const timer = setInterval(sample, SAMPLE_EVERY_MS)
  return {
    busyBetween(from, to) {
      clearInterval(timer)
      const within = samples.filter(({ at }) => at >= from && at <= to)
      const [first, last] = [within.at(0), within.at(-1)]
      return first === undefined || last === undefined || first === last
        ? Number.NaN
        : ((last.seconds - first.seconds) * 1_000) / (last.at - first.at)
    },
  }
}
