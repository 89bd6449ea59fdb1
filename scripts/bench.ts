/** `npm run bench`: measures throughput, CPU time and counted work of dispatches, and compares them with the budgets. */

import { rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { APPEAL } from './bench/appeal.ts'
import { bareLimit } from './bench/bare.ts'
import { budgets } from './bench/budgets.ts'
import { fullCall, mergeTime } from './bench/compose.ts'
import { benchSettings, SHAPES, type Shape } from './bench/deployment.ts'
import { measureCompiling, type Run, runDispatch } from './bench/dispatch.ts'
import { faultsOf } from './bench/mail-faults.ts'
import { naiveLoop } from './bench/naive-baseline.ts'
import { pages } from './bench/pages.ts'
import { inWords, type Results, type Sent } from './bench/report.ts'
import { seedState } from './bench/seed.ts'
import { startSink } from './bench/sink.ts'
import { countWork, PROVIDER_DOLLARS } from './bench/work.ts'
import { bundle } from './local/bundle.ts'

/** Names that `--only` accepts. */
const PARTS = ['limit', 'resend', 'mailgun', 'usual', 'work', 'merge', 'pages'] as const
/** Recipients in the measurement of the bare client. */
const LIMIT_PEOPLE = 50_000
const WORK_PEOPLE = 10_000
/** Runs of each shape and size up to REPEATED_UP_TO people; larger sizes run once. The run with the median speed is reported. */
const REPEATS = 3
const REPEATED_UP_TO = 10_000
const USUAL_MAILS = 200
const PAGE_SECONDS = 5

try {
  await main()
  process.exit()
} catch (error) {
  console.error(error instanceof Error ? (process.env.TOCSIN_BENCH_LOG ? error.stack : error.message) : error)
  process.exit(1)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sizes: { type: 'string', default: '1000,10000,100000' },
      only: { type: 'string', default: PARTS.join(',') },
      json: { type: 'string' },
    },
  })
  const sizes = values.sizes.split(',').map(Number)
  const parts = values.only.split(',')
  const wrong = parts.filter((part) => !PARTS.some((known) => known === part))
  if (wrong.length > 0 || !sizes.every((size) => Number.isInteger(size) && size > 0))
    throw new Error(`expected --only some of ${PARTS.join(',')} and --sizes numbers of people such as 1000,10000`)
  const results = await run(sizes, new Set(parts))
  results.budgets = budgets(results)
  console.log(inWords(results))
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`)
}

async function run(sizes: readonly number[], parts: ReadonlySet<string>): Promise<Results> {
  const settings = await benchSettings()
  const results: Results = {
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, load at the start ${loadavg()[0]?.toFixed(1)}`,
    campaign: `The appeal ${APPEAL} in four languages, to people with six languages`,
    limits: [],
    sent: [],
    work: [],
    budgets: [],
  }
  const shapes = SHAPES.filter((shape) => parts.has(shape))
  if (parts.has('merge')) results.merge = await step('one merge', () => mergeTime(settings))
  if (parts.has('usual')) results.usual = await step('the naive loop', () => naiveLoop(USUAL_MAILS))
  if (parts.has('limit') || shapes.length > 0)
    await step('the limit of the sink', () => limits(results, SHAPES, settings))
  await step('building the Worker', bundle)
  for (const people of sizes) {
    const state = await step(`${people.toLocaleString('en')} people`, () => seedState(people, settings))
    try {
      for (const shape of shapes)
        await step(`dispatch by ${shape}`, () => send(results, state, people, shape, settings))
      if (people === WORK_PEOPLE && parts.has('work'))
        for (const shape of SHAPES)
          await step(`counting the work of ${shape}`, () => work(results, state, people, shape))
      if (people === sizes[0] && shapes.length > 0)
        results.rehearsalMs = await step('compiling', () => measureCompiling(state))
      if (people === sizes[0] && parts.has('pages'))
        results.pages = await step('pages', () => pages(state, PAGE_SECONDS))
    } finally {
      rmSync(state, { recursive: true })
    }
  }
  return results
}

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const done = await work()
  process.stderr.write(`  ${name}: ${((performance.now() - began) / 1_000).toFixed(1)} s\n`)
  return done
}

type Settings = Awaited<ReturnType<typeof benchSettings>>

async function limits(results: Results, shapes: readonly Shape[], settings: Settings): Promise<void> {
  for (const shape of shapes) {
    const { body, people, contentType } = await fullCall(shape, settings)
    const sink = await startSink(shape)
    const bytes = Buffer.from(body)
    const perSecond = await bareLimit(sink, bytes, contentType ?? 'application/json', people, LIMIT_PEOPLE)
    await sink.stop()
    results.limits.push({ shape, perSecond, bytesPerRecipient: bytes.length / people })
  }
}

async function send(results: Results, state: string, people: number, shape: Shape, settings: Settings): Promise<void> {
  const runs: Run[] = []
  const sink = await startSink(shape)
  try {
    while (runs.length < (people <= REPEATED_UP_TO ? REPEATS : 1)) {
      const run = await runDispatch(state, people, shape, sink)
      const { samples } = run.tally
      const faults = (await Promise.all(samples.map((sample) => faultsOf(sample, settings)))).flat()
      if (faults.length > 0)
        throw new Error(`faults in a sample of ${samples.length} mails: ${[...new Set(faults)].join('; ')}`)
      runs.push(run)
    }
  } finally {
    await sink.stop()
  }
  results.sent.push(sentOf(runs, people, shape, results))
}

function sentOf(runs: Run[], people: number, shape: Shape, { limits }: Results): Sent {
  const bySpeed = runs.toSorted((a, b) => b.seconds - a.seconds)
  const [slowest, middle, fastest] = [bySpeed.at(0), bySpeed.at(bySpeed.length >> 1), bySpeed.at(-1)]
  if (slowest === undefined || middle === undefined || fastest === undefined) throw new Error('no run was measured')
  const { tally, seconds, cpuSeconds, peakMegabytes } = middle
  const perSecond = people / seconds
  return {
    shape,
    people,
    perSecond,
    between: [people / slowest.seconds, people / fastest.seconds],
    ofLimit: perSecond / (limits.find((one) => one.shape === shape)?.perSecond ?? Number.NaN),
    cpuSeconds,
    peakMegabytes,
    bytesPerRecipient: tally.bytes / people,
    calls: tally.calls,
  }
}

async function work(results: Results, state: string, people: number, shape: Shape): Promise<void> {
  const sink = await startSink(shape)
  try {
    results.work.push({
      shape,
      providerDollars: PROVIDER_DOLLARS[shape],
      ...(await countWork(state, people, shape, sink)),
    })
  } finally {
    await sink.stop()
  }
}
