import { cpSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DispatchView } from '../../src/dispatch/dispatch-request.ts'
import { organiser } from '../local/organiser.ts'
import { APPEAL, appealFiles } from './appeal.ts'
import { type Deployment, deploy, type Shape, token } from './deployment.ts'
import type { Sink } from './sink.ts'
import type { Tally } from './sink-server.ts'
import { usageOf, watchMainThread } from './usage.ts'

const POLL_MS = 100
/** Milliseconds of rest after the rehearsal, for the engine's work after compiling. An organiser reads the answer in this time. */
const SETTLE_MS = 2_000
const END_WITHIN_MS = 600_000

export type Run = {
  view: DispatchView
  tally: Tally
  seconds: number
  cpuSeconds: number
  peakMegabytes: number
  busy: number // share of the time in which workerd's main thread had work
}

/** Measures one dispatch to all people in a copy of the state, from its start to the last accepted mail. */
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
 * Publishes the appeal and compiles all languages into the cache by a dry run, as organisers do before sending. Returns the milliseconds of
 * the dry run. The audience is a country without supporters, so no person is planned.
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
    await sleep(POLL_MS)
  }
}

/** Sends the appeal on a running deployment. @throws Error unless each person gets exactly one mail */
export async function dispatchOn({ url, pid }: Deployment, people: number, sink: Sink): Promise<Run> {
  const api = organiser(url, token)
  const { revision } = await api.campaign(APPEAL)
  const before = usageOf(pid)
  const watch = watchMainThread(pid)
  const { status, json } = await api.dispatch({ campaign: APPEAL, revision, email: 'appeal' }, crypto.randomUUID())
  if (status !== 201) throw new Error(`the dispatch was refused with ${status}: ${JSON.stringify(json)}`)
  await allArrived(sink, people)
  const view = await finished(api, json.id)
  const after = usageOf(pid)
  const tally = await sink.tally()
  const busy = watch.busyBetween(Date.parse(view.createdAt), tally.lastAt)
  if (view.counts.accepted !== people || tally.people !== people || tally.doubled + tally.strangers > 0)
    throw new Error(
      [
        `expected ${people} people once; found ${JSON.stringify(view.counts)}`,
        `at the sink ${tally.people} people, ${tally.doubled} doubled, ${tally.strangers} strangers`,
      ].join(', '),
    )
  return {
    view,
    tally,
    seconds: (tally.lastAt - Date.parse(view.createdAt)) / 1_000,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    peakMegabytes: after.peakMegabytes,
    busy,
  }
}

/** Waits until the sink has `people` mails. Polls the sink, since each view of a dispatch costs a request to every lane. */
async function allArrived(sink: Sink, people: number): Promise<void> {
  for (const end = Date.now() + END_WITHIN_MS; Date.now() < end; await sleep(POLL_MS))
    if ((await sink.count()) >= people) return
  throw new Error(`the sink did not get ${people} mails within ${END_WITHIN_MS / 1_000} s`)
}

async function finished(api: ReturnType<typeof organiser>, id: string): Promise<DispatchView> {
  for (const end = Date.now() + END_WITHIN_MS; Date.now() < end; await sleep(POLL_MS)) {
    const view = await api.dispatchDetails(id)
    if (view.state === 'finished') return view
    if (view.state === 'paused') throw new Error(`the dispatch has paused: ${view.paused?.detail}`)
  }
  throw new Error(`the dispatch did not end within ${END_WITHIN_MS / 1_000} s`)
}

/** Milliseconds that the first dispatch needs to compile all languages, measured in a copy of the state. */
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
