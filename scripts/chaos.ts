/**
 * `npm run chaos`: dispatches to a crowd, or with `--letters` a crowd's letters, by providers that misbehave, in a runtime that is killed;
 * whoever is lost or doubled fails it.
 */

import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gather } from './chaos/gather.ts'
import { playLetterRound } from './chaos/letters/round.ts'
import * as letterTable from './chaos/letters/table.ts'
import { type Plan, playRound } from './chaos/round.ts'
import { lineOf, type Played, type Suffered, tableOf } from './chaos/table.ts'
import { isTarget, TARGETS } from './chaos/targets.ts'
import { bundle } from './local/bundle.ts'
import { anySeed, randomFrom, seedFor } from './local/random.ts'

/** Deaths in a round: at least and at most. */
const KILLS = { least: 4, most: 10 }

const { values } = parseArgs({
  options: {
    letters: { type: 'boolean', default: false },
    seed: { type: 'string' },
    rounds: { type: 'string' },
    people: { type: 'string' },
    transport: { type: 'string', multiple: true, default: Object.keys(TARGETS) },
    only: { type: 'string' }, // a single round, by its number
    bundle: { type: 'string' }, // another Worker than the one in the tree, such as a broken one
  },
})

/** What is tormented. */
type Game<R extends Suffered> = {
  option: string
  rounds: number // unless told otherwise, as are the people
  people: number
  prepare(state: string, people: number): void | Promise<void> // every round begins with a copy of that
  play(plan: Plan): Promise<R>
  lineOf(played: Played<R>): string
  tableOf(played: ReadonlyArray<Played<R>>): string
  allIsWell: string
}

try {
  process.exitCode = await (values.letters
    ? main({
        option: ' --letters',
        rounds: 6,
        people: 200,
        prepare: (state) => void mkdirSync(state),
        play: playLetterRound,
        lineOf: letterTable.lineOf,
        tableOf: letterTable.tableOf,
        allIsWell: 'No letter was lost, none came twice.',
      })
    : main({
        option: '',
        rounds: 20,
        people: 20_000,
        prepare: gather,
        play: playRound,
        lineOf,
        tableOf,
        allIsWell: 'Nobody was lost, nobody got two mails.',
      }))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function main<R extends Suffered>(game: Game<R>): Promise<number> {
  const seed = whole('seed', values.seed ?? String(anySeed()))
  const people = whole('people', values.people ?? String(game.people))
  const rounds =
    values.only === undefined
      ? Array.from({ length: whole('rounds', values.rounds ?? String(game.rounds)) }, (_, i) => i + 1)
      : [whole('only', values.only)]
  const targets = values.transport.filter(isTarget)
  if (targets.length < values.transport.length || targets.length === 0)
    throw new Error(`--transport ${values.transport}: expected some of ${Object.keys(TARGETS).join(', ')}.`)
  console.log(`Seed ${seed} (--seed ${seed} repeats it, as far as the machine's own timing lets it).`)

  if (values.bundle === undefined) await bundle()
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-chaos-'))
  const crowd = join(folder, 'crowd')
  await game.prepare(crowd, people)
  const played: Array<Played<R>> = []
  for (const number of rounds) {
    for (const target of targets) {
      const own = seedFor(seed, `${target} ${number}`)
      const kills = KILLS.least + Math.floor(randomFrom(own)() * (KILLS.most - KILLS.least + 1))
      const state = join(folder, `${target}-${number}`)
      cpSync(crowd, state, { recursive: true })
      const failed = (why: string) => {
        console.error(`FAILED: seed ${seed}, ${target}, round ${number}. ${why}\nThe state is kept in ${state}`)
        const repeat = `--seed ${seed} --people ${people} --transport ${target} --only ${number}`
        console.error(`To repeat it: npm run chaos --${game.option} ${repeat}`)
        rmSync(crowd, { recursive: true })
        return 1
      }
      try {
        const bundled = values.bundle === undefined ? {} : { bundle: values.bundle }
        const round = await game.play({ target, people, kills, seed: own, state, ...bundled })
        played.push({ target, number, people, round })
        console.log(game.lineOf({ target, number, people, round }))
        const faults = new Set([...round.verdict.faults, ...round.end.faults])
        if (faults.size > 0) return failed([...faults].join('; '))
      } catch (error) {
        return failed(error instanceof Error ? error.message : String(error))
      }
      rmSync(state, { recursive: true })
    }
  }
  rmSync(folder, { recursive: true })
  console.log(`\n${game.tableOf(played)}\n\nSeed ${seed}. ${game.allIsWell}`)
  return 0
}

function whole(name: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} ${text}: expected a whole number.`)
  return number
}
