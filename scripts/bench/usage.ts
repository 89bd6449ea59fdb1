/** What a process has used, as Linux counts it (proc(5)); elsewhere nothing is told. */

import { existsSync, readFileSync } from 'node:fs'

/** Clock ticks in a second, as Linux shows them to programs on every machine (USER_HZ). */
const TICKS_PER_SECOND = 100

export type Usage = { cpuSeconds: number; peakMegabytes: number }

export const canMeasure = existsSync('/proc/self/stat')

/** CPU time, user and system, since the process began, and the most memory it ever held. */
export function usageOf(pid: number): Usage {
  if (!canMeasure) return { cpuSeconds: Number.NaN, peakMegabytes: Number.NaN }
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // from the third on: the second may hold anything
  const ticks = Number(fields[11]) + Number(fields[12])
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return { cpuSeconds: ticks / TICKS_PER_SECOND, peakMegabytes: Number(kilobytes) / 1_024 }
}
