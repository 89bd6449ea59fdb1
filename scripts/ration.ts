/**
 * `npm run ration`: lives a simulated day on the free plan's rations and measures the CPU of each route. Prints what was used, what
 * waits, and which daily number uses up a ration first. The exit code is 1 if a check fails.
 */

import { parseArgs } from 'node:util'
import { report } from './demo/report.ts'
import { bundle } from './local/bundle.ts'
import { rationedBundle } from './ration/bundle.ts'
import { type CpuFigure, measureCpu } from './ration/cpu/measure.ts'
import { canMeasureCpu } from './ration/cpu/process-cpu.ts'
import { checksOf, letters } from './ration/day/checks.ts'
import { type Lived, liveDay } from './ration/day/run.ts'
import { FULL_DAY, SMALL_DAY } from './ration/day/size.ts'
import { exhaustions } from './ration/report/exhaustion.ts'
import { dailyNumbers } from './ration/report/numbers.ts'
import * as tables from './ration/report/tables.ts'

const USAGE = `npm run ration -- [--small] [--count] [--seed N] [--no-cpu] [--no-day] [--no-build]

  --small     a day with fewer people, without CPU
  --count     counts without refusing, so that a day above the limits is measured to its end
  --no-cpu    the day alone
  --no-day    the CPU of each route alone
  --no-build  the Worker is built already`

/** Seed of a run without --seed: the same people at the same times. */
const SEED = 20_261_202
/** Share of a ration from which the report names the code that uses most of it. */
const NAMED_FROM = 0.3
/** Milliseconds of CPU above which a route is marked: half of what the free plan allows, since production has slower machines. */
const CPU_MARK_MS = 5

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      small: { type: 'boolean', default: false },
      count: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(SEED) },
      cpu: { type: 'boolean', default: true },
      day: { type: 'boolean', default: true },
      build: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  })
  if (values.help) {
    console.log(USAGE)
    return true
  }
  const withCpu = values.cpu && !values.small
  if (values.build) await Promise.all([rationedBundle('made'), ...(withCpu ? [bundle({ content: 'made' })] : [])])
  const held = !values.day || (await live(values.small, !values.count, Number(values.seed)))
  if (withCpu) await printCpu()
  return held
}

async function live(small: boolean, enforced: boolean, seed: number): Promise<boolean> {
  const began = performance.now()
  const printed = report()
  const lived = await liveDay(small ? SMALL_DAY : FULL_DAY, { seed, enforced }, (hour) => {
    const seconds = ((performance.now() - began) / 1_000).toFixed(0)
    console.error(`${String(hour).padStart(2, '0')}:00 after ${seconds} s`)
  })
  printDay(lived, seed)
  printed.section('Checks')
  for (const { sentence, faults } of checksOf(lived)) printed.check(sentence, faults)
  return printed.end()
}

function printDay(lived: Lived, seed: number): void {
  const { counted, size, seconds, answered, mailbox } = lived
  const total = tables.totalOf(counted)
  const numbers = dailyNumbers(lived)
  const refused = Object.entries(counted.refused).map(([what, times]) => `${what} ${times}`)
  console.log(`A day of a list of ${size.supporters.toLocaleString('en')} on the free plan (seed ${seed}): ${answered} requests,
${mailbox.mails.length} mails in ${mailbox.calls} calls, played in ${seconds.toFixed(0)} s.

${tables.shareTable(total)}

${tables.heaviest(counted, total, NAMED_FROM)}

${tables.subrequestLine(counted.entries)}
Refused: ${refused.length === 0 ? 'nothing' : refused.join(', ')}.

What each act costs, with the alarms that it causes:

${tables.actTable(numbers)}

What each route uses in sum:

${tables.routeTable(counted.entries)}

Which daily number uses up a ration first, if all others stay:

${tables.exhaustionTable(exhaustions(numbers, total))}

What waits at the end of the day:
${letters(lived)
  .waiting.map((line) => `- ${line}`)
  .join('\n')}
`)
}

async function printCpu(): Promise<void> {
  if (!canMeasureCpu()) {
    console.log('The CPU of a process can be measured on Linux only.')
    return
  }
  const row = ({ name, cold, warm, objects }: CpuFigure) => [
    name,
    cold.toFixed(1),
    warm.toFixed(1),
    objects ? 'yes' : '',
    warm > CPU_MARK_MS ? `above ${CPU_MARK_MS}` : '',
  ]
  const figures = await measureCpu()
  const headings = ['route', 'first after a start, ms', 'median of 200, ms', 'with objects', '']
  console.log(`CPU of workerd for each request. The Worker has 10 ms on the free plan; objects have 30 s of their own.

${tables.table(headings, figures.map(row))}
`)
}

process.exitCode = (await main()) ? 0 : 1
