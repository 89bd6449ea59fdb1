/**
 * CPU of each route: the process CPU of workerd over sequential requests, objects included. Cold: the first request after a start, when
 * the Worker has answered `/healthz` only.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { bundlePath } from '../../local/bundle.ts'
import { readDevVars } from '../../local/dev-vars.ts'
import { anyPort } from '../../local/ports.ts'
import { runtimePids } from '../../local/runtime.ts'
import { type Server, startServer } from '../../local/server.ts'
import { SECRETS } from '../../record/events.ts'
import { cpuMs, medianOf } from './process-cpu.ts'
import { type CpuRoute, cpuRoutes, prepareSite } from './routes.ts'

export type CpuFigure = { name: string; cold: number; warm: number; objects: boolean }

/** Requests of which the median is taken. */
const REQUESTS = 200
/** Milliseconds after which a slow route is measured by fewer requests. */
const LONGEST_MS = 10_000
const FEWEST = 20
/** Starts of which the median of the first requests is taken. */
const STARTS = 3
/** Milliseconds in which alarms and work after an answer come to rest. */
const REST_MS = 150

/** `requests`: of each route; fewer for slow ones. */
export async function measureCpu(requests = REQUESTS): Promise<CpuFigure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-cpu-'))
  const { settings, token = '' } = readDevVars(join(folder, '.dev.vars'))
  const before = runtimePids()
  const server = await startServer({
    port: await anyPort(),
    state: join(folder, 'state'),
    settings: { ...settings, RESEND_WEBHOOK_SECRET: SECRETS.resend },
    bundle: bundlePath,
    cron: false,
    quiet: true,
  })
  const pid = () => runtimePids().find((one) => !before.includes(one)) ?? 0
  try {
    const site = await prepareSite(server, token)
    const figures: CpuFigure[] = []
    for (const route of cpuRoutes(site)) {
      const cold = await coldOf(server, route, pid)
      const warm = await warmOf(route, pid, requests)
      figures.push({ name: route.name.replaceAll(/\{[^}]*\}/g, ''), cold, warm, objects: route.objects === true })
    }
    return figures
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function once(route: CpuRoute, n: number, pid: () => number): Promise<number> {
  const request = await route.request(n)
  const before = cpuMs(pid())
  const response = await fetch(request)
  await response.arrayBuffer()
  const used = cpuMs(pid()) - before
  if (response.status !== (route.status ?? 200)) throw new Error(`${route.name} was answered ${response.status}`)
  return used
}

async function coldOf(server: Server, route: CpuRoute, pid: () => number): Promise<number> {
  const firsts: number[] = []
  for (let start = 0; start < STARTS; start++) {
    await server.crash()
    await (await fetch(new URL('/healthz', server.url))).arrayBuffer()
    await delay(REST_MS)
    firsts.push(await once(route, start, pid))
  }
  return medianOf(firsts)
}

async function warmOf(route: CpuRoute, pid: () => number, requests: number): Promise<number> {
  const used: number[] = []
  const end = Date.now() + LONGEST_MS
  for (let n = STARTS; n < requests + STARTS && (n < FEWEST || Date.now() < end); n++)
    used.push(await once(route, n, pid))
  await delay(REST_MS)
  return medianOf(used)
}
