import { cpSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DispatchView } from '../../src/dispatch/dispatch-request.ts'
import { organiser } from '../local/organiser.ts'
import { APPEAL, appealFiles } from './appeal.ts'
import { type Deployment, deploy, type Shape, token } from './deployment.ts'
import type { Sink } from './sink.ts'
import type { Tally } from './sink-server.ts'
import { usageOf } from './usage.ts'

/** Milliseconds between looks. */
const LOOK_MS = 100
/** Milliseconds after the rehearsal: what compiling leaves to the engine is done by the time that somebody has read its answer. */
const SETTLE_MS = 2_000
const END_WITHIN_MS = 600_000

export type Run = { view: DispatchView; tally: Tally; seconds: number; cpuSeconds: number; peakMegabytes: number }

/** One dispatch to everybody in a copy of the state, from its start to the last acceptance. */
export async function runDispatch(state: string, people: number, shape: Shape, sink: Sink): Promise<Run> {
  const copy = `${state}-${shape}`
  cpSync(state, copy, { recursive: true })
  const deployment = await deploy({ state: copy, bulk: { shape, url: sink.url } })
  try {
    await rehearse(deployment)
    await sleep(SETTLE_MS)
    await sink.reset(people)
    return await dispatchOn(deployment, people, sink)
  } finally {
    await deployment.server.stop()
    rmSync(copy, { recursive: true })
  }
}

/**
 * Publishes the appeal and compiles every language into the cache, as an organiser's rehearsal does before the bell is rung, and answers how many
 * milliseconds that took. Nobody of the bench is in the country it asks for, so nobody is planned.
 */
export async function rehearse({ url }: Deployment): Promise<number> {
  const api = organiser(url, token)
  const { revision } = await api.publish(APPEAL, appealFiles())
  const began = Date.now()
  const { status, json } = await api.dispatch(
    { campaign: APPEAL, revision, email: 'appeal', dryRun: true, audience: { locales: ['en'], countries: ['AQ'] } },
    crypto.randomUUID(),
  )
  if (status !== 201) throw new Error(`the rehearsal was refused with ${status}: ${JSON.stringify(json)}`)
  for (;;) {
    const { state, startedAt } = await api.dispatchDetails(json.id)
    if (state === 'finished' || state === 'cancelled') return Date.now() - (startedAt ? Date.parse(startedAt) : began)
    await sleep(LOOK_MS)
  }
}

export async function dispatchOn({ url, pid }: Deployment, people: number, sink: Sink): Promise<Run> {
  const api = organiser(url, token)
  const { revision } = await api.campaign(APPEAL)
  const before = usageOf(pid)
  const { status, json } = await api.dispatch({ campaign: APPEAL, revision, email: 'appeal' }, crypto.randomUUID())
  if (status !== 201) throw new Error(`the dispatch was refused with ${status}: ${JSON.stringify(json)}`)
  await allArrived(sink, people)
  const view = await finished(api, json.id)
  const after = usageOf(pid)
  const tally = await sink.tell()
  if (view.counts.accepted !== people || tally.people !== people || tally.doubled + tally.strangers > 0)
    throw new Error(
      `${people} people: ${JSON.stringify(view.counts)}, at the sink ${tally.people} people, ${tally.doubled} doubled, ${tally.strangers} strangers`,
    )
  return {
    view,
    tally,
    seconds: (tally.lastAt - Date.parse(view.createdAt)) / 1_000,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    peakMegabytes: after.peakMegabytes,
  }
}

/** Looks at the sink and not at the dispatch, which would have to ask all its lanes. */
async function allArrived(sink: Sink, people: number): Promise<void> {
  for (const end = Date.now() + END_WITHIN_MS; Date.now() < end; await sleep(LOOK_MS))
    if ((await sink.count()) >= people) return
  throw new Error(`not everybody was written to within ${END_WITHIN_MS / 1_000} s`)
}

async function finished(api: ReturnType<typeof organiser>, id: string): Promise<DispatchView> {
  for (const end = Date.now() + END_WITHIN_MS; Date.now() < end; await sleep(LOOK_MS)) {
    const view = await api.dispatchDetails(id)
    if (view.state === 'finished') return view
    if (view.state === 'paused') throw new Error(`the dispatch has paused: ${view.paused?.detail}`)
  }
  throw new Error(`the dispatch did not end within ${END_WITHIN_MS / 1_000} s`)
}

/** Milliseconds from the start of a first dispatch to the moment everything is compiled, in a copy of the state. */
export async function measureCompiling(state: string): Promise<number> {
  const copy = `${state}-compiling`
  cpSync(state, copy, { recursive: true })
  const deployment = await deploy({ state: copy })
  try {
    return await rehearse(deployment)
  } finally {
    await deployment.server.stop()
    rmSync(copy, { recursive: true })
  }
}
