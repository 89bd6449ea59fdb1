/**
 * `npm run chaos`: runs dispatches to faulty providers in a runtime that is killed repeatedly. Fails if one person gets no mail or two
 * mails. With `--cancels` each dispatch is cancelled on its way and the appeal sent again; with `--letters` it runs letters.
 */

import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { errorMessage } from '../src/kit/result.ts'
import { playCancelRound } from './chaos/cancels/round.ts'
import * as cancelTable from './chaos/cancels/table.ts'
import { gather } from './chaos/gather.ts'
import { playLetterRound } from './chaos/letters/round.ts'
import * as letterTable from './chaos/letters/table.ts'
import { type Plan, playRound } from './chaos/round.ts'
import { lineOf, type Played, type RoundResult, tableOf } from './chaos/table.ts'
import { isTarget, TARGETS } from './chaos/targets.ts'
import { bundle } from './local/bundle.ts'
import { anySeed, randomFrom, seedFor } from './local/random.ts'

/** Kills of the runtime per round: minimum and maximum. */
const KILLS = { least: 4, most: 10 }

const { values } = parseArgs({
  options: {
    letters: { type: 'boolean', default: false },
    cancels: { type: 'boolean', default: false },
    seed: { type: 'string' },
    rounds: { type: 'string' },
    people: { type: 'string' },
    transport: { type: 'string', multiple: true, default: Object.keys(TARGETS) },
    only: { type: 'string' }, // number of a single round
    bundle: { type: 'string' }, // path of another built Worker, such as a broken one
  },
})

/** One kind of chaos test: of dispatches, or of letters. */
type ChaosTest<R extends RoundResult> = {
  option: string
  rounds: number // default of --rounds
  people: number // default of --people
  prepare(state: string, people: number): void | Promise<void> // fills the state folder; each round starts with a copy
  run(plan: Plan): Promise<R>
  lineOf(played: Played<R>): string
  tableOf(played: ReadonlyArray<Played<R>>): string
  success: string // sentence printed at the end
}

try {
  process.exitCode = await (values.cancels
    ? main({
        option: ' --cancels',
        rounds: 10,
        people: 5_000,
        prepare: gather,
        run: playCancelRound,
        lineOf: cancelTable.lineOf,
        tableOf: cancelTable.tableOf,
        success: 'Every person got exactly one mail, whatever was cancelled.',
      })
    : values.letters
      ? main({
          option: ' --letters',
          rounds: 6,
          people: 200,
          prepare: (state) => void mkdirSync(state),
          run: playLetterRound,
          lineOf: letterTable.lineOf,
          tableOf: letterTable.tableOf,
          success: 'No letter was lost or sent twice.',
        })
      : main({
          option: '',
          rounds: 20,
          people: 20_000,
          prepare: gather,
          run: playRound,
          lineOf,
          tableOf,
          success: 'Every person got exactly one mail.',
        }))
} catch (error) {
  console.error(errorMessage(error))
  process.exitCode = 1
}

async function main<R extends RoundResult>(test: ChaosTest<R>): Promise<number> {
  const seed = whole('seed', values.seed ?? String(anySeed()))
  const people = whole('people', values.people ?? String(test.people))
  const rounds =
    values.only === undefined
      ? Array.from({ length: whole('rounds', values.rounds ?? String(test.rounds)) }, (_, i) => i + 1)
      : [whole('only', values.only)]
  const targets = values.transport.filter(isTarget)
  if (targets.length < values.transport.length || targets.length === 0)
    throw new Error(`--transport ${values.transport}: expected some of ${Object.keys(TARGETS).join(', ')}.`)
  console.log(`Seed ${seed}. --seed ${seed} repeats this run, as far as the timing of the machine allows.`)

  if (values.bundle === undefined) await bundle()
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-chaos-'))
  const crowd = join(folder, 'crowd')
  await test.prepare(crowd, people)
  const played: Array<Played<R>> = []
  for (const number of rounds) {
    for (const target of targets) {
      const own = seedFor(seed, `${target} ${number}`)
      const kills = KILLS.least + Math.floor(randomFrom(own)() * (KILLS.most - KILLS.least + 1))
      const state = join(folder, `${target}-${number}`)
      cpSync(crowd, state, { recursive: true })
      const failed = (why: string) => {
        console.error(`FAILED: seed ${seed}, ${target}, round ${number}. ${why}\nThe state is in ${state}.`)
        const repeat = `--seed ${seed} --people ${people} --transport ${target} --only ${number}`
        console.error(`To repeat the round: npm run chaos --${test.option} ${repeat}`)
        rmSync(crowd, { recursive: true })
        return 1
      }
      try {
        const bundled = values.bundle === undefined ? {} : { bundle: values.bundle }
        const round = await test.run({ target, people, kills, seed: own, state, ...bundled })
        played.push({ target, number, people, round })
        console.log(test.lineOf({ target, number, people, round }))
        const faults = new Set([...round.verdict.faults, ...round.end.faults])
        if (faults.size > 0) return failed([...faults].join('; '))
      } catch (error) {
        return failed(errorMessage(error))
      }
      rmSync(state, { recursive: true })
    }
  }
  rmSync(folder, { recursive: true })
  console.log(`\n${test.tableOf(played)}\n\nSeed ${seed}. ${test.success}`)
  return 0
}

function whole(name: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} ${text}: expected a whole number.`)
  return number
}
