/**
 * `npm run bench`: measures throughput, CPU time and counted work of dispatches, and compares them with the budgets. The exit status is 1
 * if a budget is missed or the run fails.
 */

import { rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { APPEAL } from './bench/appeal.ts'
import { bareLimit } from './bench/bare.ts'
import { budgets } from './bench/budgets.ts'
import { fullCall, mergeTime } from './bench/compose.ts'
import { benchSettings, SHAPES, type Shape } from './bench/deployment.ts'
import { measureCompiling, runDispatch } from './bench/dispatch.ts'
import { faultsOf } from './bench/mail-faults.ts'
import { type Measured, sentOf, sharedOf } from './bench/medians.ts'
import { naiveLoop } from './bench/naive-baseline.ts'
import { pages } from './bench/pages/pages.ts'
import {
  buildReference,
  measureReferences,
  REFERENCES,
  REFERENCES_OF,
  type ReadyCall,
  type Reference,
} from './bench/reference/reference.ts'
import { inWords, type Results } from './bench/report.ts'
import { seedState } from './bench/seed.ts'
import { startSink } from './bench/sink.ts'
import { countWork, PROVIDER_DOLLARS } from './bench/work.ts'
import { bundle } from './local/bundle.ts'

/** Names that `--only` accepts. */
const PARTS = ['limit', 'resend', 'mailgun', ...REFERENCES, 'usual', 'work', 'merge', 'pages'] as const
/** Recipients in the measurement of the bare client. */
const LIMIT_PEOPLE = 50_000
const WORK_PEOPLE = 10_000
/** Recipients in the dispatches that are compared with the ceiling and the floor. */
const REFERENCE_PEOPLE = 10_000
/**
 * Runs of each shape and size up to REPEATED_UP_TO people; larger sizes run once. The run with the median speed is reported. Ceiling and
 * floor are measured after each run, so that what else the machine does changes both alike.
 */
const REPEATS = 3
const REPEATED_UP_TO = 10_000
const USUAL_MAILS = 200

try {
  process.exit((await main()) ? 0 : 1)
} catch (error) {
  console.error(error instanceof Error ? (process.env.TOCSIN_BENCH_LOG ? error.stack : error.message) : error)
  process.exit(1)
}

/** Returns whether all budgets that were measured are met. */
async function main(): Promise<boolean> {
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
  const isReferenceAlone = REFERENCES.some((name) => parts.includes(name)) && !SHAPES.some((one) => parts.includes(one))
  if (isReferenceAlone)
    throw new Error(`--only ceiling or floor needs a dispatch to compare: add ${SHAPES.join(' or ')}`)
  const results = await run(sizes, new Set(parts))
  results.budgets = budgets(results)
  console.log(inWords(results))
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`)
  return results.budgets.every(({ met }) => met)
}

async function run(sizes: readonly number[], parts: ReadonlySet<string>): Promise<Results> {
  const settings = await benchSettings()
  const results: Results = {
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, load at the start ${loadavg()[0]?.toFixed(1)}`,
    campaign: `The appeal ${APPEAL} in four languages, to people with six languages`,
    limits: [],
    sent: [],
    references: [],
    work: [],
    budgets: [],
  }
  const shapes = SHAPES.filter((shape) => parts.has(shape))
  if (parts.has('merge')) results.merge = await step('one merge', () => mergeTime(settings))
  if (parts.has('usual')) results.usual = await step('the naive loop', () => naiveLoop(USUAL_MAILS))
  if (parts.has('limit') || shapes.length > 0)
    await step('the limit of the sink', () => limits(results, SHAPES, settings))
  await step('building the Worker', bundle)
  const references = REFERENCES.filter((name) => parts.has(name))
  if (references.length > 0 && sizes.includes(REFERENCE_PEOPLE)) await step('building the references', buildReference)
  for (const people of sizes) {
    const state = await step(`${people.toLocaleString('en')} people`, () => seedState(people, settings))
    try {
      for (const shape of shapes)
        await step(`dispatch by ${shape}`, () =>
          send(results, state, { people, shape, references: people === REFERENCE_PEOPLE ? references : [] }, settings),
        )
      if (people === WORK_PEOPLE && parts.has('work'))
        for (const shape of SHAPES)
          await step(`counting the work of ${shape}`, () => work(results, state, people, shape))
      if (people === sizes[0] && shapes.length > 0)
        results.rehearsalMs = await step('compiling', () => measureCompiling(state))
      if (people === sizes[0] && parts.has('pages')) results.pages = await step('pages', () => pages(state))
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

async function readyCall(shape: Shape, settings: Settings): Promise<ReadyCall> {
  const { body, people, contentType } = await fullCall(shape, settings)
  return { body: new Uint8Array(body), people, type: contentType ?? 'application/json' }
}

async function limits(results: Results, shapes: readonly Shape[], settings: Settings): Promise<void> {
  for (const shape of shapes) {
    const { body, people, type } = await readyCall(shape, settings)
    const sink = await startSink(shape)
    const perSecond = await bareLimit(sink, Buffer.from(body), type, people, LIMIT_PEOPLE)
    await sink.stop()
    results.limits.push({ shape, perSecond, bytesPerRecipient: body.length / people })
  }
}

type Sending = { people: number; shape: Shape; references: readonly Reference[] }

async function send(results: Results, state: string, sending: Sending, settings: Settings): Promise<void> {
  const { people, shape } = sending
  const references = REFERENCES_OF[shape].filter((name) => sending.references.includes(name))
  const call = await readyCall(shape, settings)
  const runs: Measured[] = []
  const sink = await startSink(shape)
  try {
    while (runs.length < (people <= REPEATED_UP_TO ? REPEATS : 1)) {
      const run = await runDispatch(state, people, shape, sink)
      const { samples } = run.tally
      const faults = (await Promise.all(samples.map((sample) => faultsOf(sample, settings)))).flat()
      if (faults.length > 0)
        throw new Error(`faults in a sample of ${samples.length} mails: ${[...new Set(faults)].join('; ')}`)
      const measured =
        references.length === 0 ? {} : await measureReferences(references, state, { people, shape, sink, call })
      runs.push({ ...run, references: measured })
    }
  } finally {
    await sink.stop()
  }
  results.sent.push(sentOf(runs, people, shape, results))
  results.references.push(...references.map((name) => sharedOf(runs, people, shape, name)))
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
