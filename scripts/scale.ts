/**
 * `npm run scale`: measures time, memory and disk of one dispatch to `--people` generated supporters. The exit code is 1 if a mail is
 * lost or doubled, or if memory grows.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { errorMessage } from '../src/kit/result.ts'
import { type Counts, noCounts } from './bench/counts.ts'
import { isTarget, TARGETS } from './chaos/targets.ts'
import { bundle, root } from './local/bundle.ts'
import { type DispatchDetails, type Organiser, organiser } from './local/organiser.ts'
import { anyPort } from './local/ports.ts'
import { runtimePids } from './local/runtime.ts'
import { startServer } from './local/server.ts'
import { RIG_CAMPAIGN, RIG_EMAIL, RIG_SETTINGS, RIG_TOKEN } from './local/test-deployment.ts'
import { FLAT_WITHIN, isFlat, quarterPeaks } from './scale/flatness.ts'
import { watchHeap } from './scale/heap.ts'
import { folderBytes, residentBytes, startHelper } from './scale/processes.ts'
import type { CountingTruth } from './sinks/counting.ts'

const SAMPLE_EVERY_MS = 250
/** Share of people after which the runtime counts as warm. Memory is sampled from then on. */
const WARM_AT = 0.1
const POLL_EVERY_MS = 1_000
/** Polls between two lines of progress. */
const PRINT_EVERY = 10
const OUTDIR = join('dist', 'scale')

const { values } = parseArgs({
  options: { people: { type: 'string', default: '100000' }, transport: { type: 'string', default: 'mailgun' } },
})

try {
  process.exitCode = await main()
} catch (error) {
  console.error(errorMessage(error))
  process.exitCode = 1
}

async function main(): Promise<number> {
  const people = Number(values.people)
  if (!Number.isInteger(people) || people < 1)
    throw new Error(`--people ${values.people}: expected a whole number of at least 1.`)
  const { transport } = values
  if (!isTarget(transport))
    throw new Error(`--transport ${transport}: expected one of ${Object.keys(TARGETS).join(', ')}.`)
  await bundle({ entry: join('scripts', 'scale', 'worker.ts'), outdir: OUTDIR })
  const state = mkdtempSync(join(tmpdir(), 'tocsin-scale-'))
  const sink = await startHelper(join('scripts', 'sinks', 'counting.ts'), String(people))
  const crowd = await startHelper(join('scripts', 'scale', 'crowd.ts'), String(people))
  const inspectorPort = await anyPort()
  const server = await startServer({
    port: await anyPort(),
    inspectorPort,
    state,
    settings: { ...RIG_SETTINGS, ...TARGETS[transport].settings(sink.url), CROWD_URL: crowd.url },
    bundle: join(root, OUTDIR, 'worker.js'),
  })
  const [pid = 0] = runtimePids()
  const heap = await watchHeap(inspectorPort, SAMPLE_EVERY_MS)
  const samples: number[] = []
  let warm = false
  const sampler = setInterval(() => warm && samples.push(residentBytes(pid)), SAMPLE_EVERY_MS)
  let details: DispatchDetails
  let truth: CountingTruth
  let work: Counts
  try {
    await countsOf(server.url) // resets the counters after the start
    details = await dispatchToAll(organiser(server.url, RIG_TOKEN), ({ counts }) => {
      warm ||= counts.accepted >= people * WARM_AT
      return `${mb(residentBytes(pid))} of memory`
    })
    truth = (await (await fetch(sink.url)).json()) as CountingTruth
    work = await countsOf(server.url)
  } finally {
    clearInterval(sampler)
    heap.stop()
    await server.stop()
    for (const helper of [crowd, sink]) helper.stop()
  }
  const wrong = faults(people, details, truth, samples)
  console.log(report(people, transport, details, truth, samples, folderBytes(state)))
  console.log(`isolate, peak with garbage: ${mb(heap.peakBytes())}`)
  console.log(`${perThousand(work, people)}\n`)
  rmSync(state, { recursive: true })
  for (const fault of wrong) console.error(`FAILED: ${fault}`)
  return wrong.length === 0 ? 0 : 1
}

/** Runs one dispatch to its end. `onPoll` gets each state and returns the memory for the line of progress. */
async function dispatchToAll(api: Organiser, onPoll: (details: DispatchDetails) => string): Promise<DispatchDetails> {
  const { revision } = await api.campaign(RIG_CAMPAIGN)
  const { json } = await api.dispatch({ campaign: RIG_CAMPAIGN, revision, email: RIG_EMAIL }, 'scale')
  for (let polls = 1; ; polls++) {
    await sleep(POLL_EVERY_MS)
    const details = await api.dispatchDetails(json.id)
    if (details.state === 'finished') return details
    if (details.state === 'paused') throw new Error(`the dispatch has paused: ${details.paused?.detail}`)
    const memory = onPoll(details)
    const { planned, accepted } = details.counts
    if (polls % PRINT_EVERY === 0)
      console.log(`${details.state}: ${inWords(planned)} planned, ${inWords(accepted)} accepted, ${memory}`)
  }
}

function faults(
  people: number,
  { counts }: DispatchDetails,
  truth: CountingTruth,
  samples: readonly number[],
): string[] {
  return [
    ...(counts.accepted === people ? [] : [`${inWords(counts.accepted)} accepted of ${inWords(people)}`]),
    ...(truth.people === people ? [] : [`${inWords(people - truth.people)} lost`]),
    ...(truth.doubled === 0 ? [] : [`${inWords(truth.doubled)} doubled`]),
    ...(isFlat(samples) ? [] : [`memory grows: more than ${FLAT_WITHIN * 100} % from the first quarter to the last`]),
  ]
}

function report(
  people: number,
  transport: string,
  { startedAt = '', finishedAt = '' }: DispatchDetails,
  truth: CountingTruth,
  samples: readonly number[],
  stateBytes: number,
): string {
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000
  return `
${inWords(people)} people by ${transport}: ${seconds.toFixed(0)} s, ${inWords(Math.round(people / seconds))} recipients/s with planning
calls ${inWords(truth.calls)}, ${mb(truth.bytes)} to the provider; lost ${people - truth.people}, doubled ${truth.doubled}
memory of workerd after the first tenth of the mails, peak of each quarter: ${quarterPeaks(samples).map(mb).join(', ')}
ledgers on disk: ${mb(stateBytes)}, ${Math.round(stateBytes / people)} bytes a person
`
}

/** Counters of the operations that Cloudflare bills, summed over all objects, since the last call: reading resets them. */
async function countsOf(url: string): Promise<Counts> {
  const byObject = (await (await fetch(`${url}/bench/counts`)).json()) as Record<string, Counts>
  const total = noCounts()
  for (const counts of Object.values(byObject))
    for (const name of Object.keys(total) as Array<keyof Counts>) total[name] += counts[name]
  return total
}

function perThousand(work: Counts, people: number): string {
  const rates = Object.entries(work).map(([name, times]) => `${name} ${((times / people) * 1_000).toFixed(2)}`)
  return `counted per 1,000 people: ${rates.join(', ')}`
}

function inWords(n: number): string {
  return n.toLocaleString('en')
}

function mb(bytes: number): string {
  return `${inWords(Math.round(bytes / 1_000_000))} MB`
}
