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
