/** `npm run chaos`: dispatches to a crowd, by providers that misbehave, in a runtime that is killed; whoever is lost or doubled fails it. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.ts'
import { gather } from './chaos/gather.ts'
import { playRound } from './chaos/round.ts'
import { lineOf, type Played, tableOf } from './chaos/table.ts'
import { isTarget, TARGETS } from './chaos/targets.ts'
import { anySeed, randomFrom, seedFor } from './random.ts'

/** Deaths in a round: at least and at most. */
const KILLS = { least: 4, most: 10 }

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string', default: '20' },
    people: { type: 'string', default: '20000' },
    transport: { type: 'string', multiple: true, default: Object.keys(TARGETS) },
    only: { type: 'string' }, // a single round, by its number
    bundle: { type: 'string' }, // another Worker than the one in the tree, such as a broken one
  },
})

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function main(): Promise<number> {
  const seed = whole('seed', values.seed ?? String(anySeed()))
  const people = whole('people', values.people)
  const rounds =
    values.only === undefined
      ? Array.from({ length: whole('rounds', values.rounds) }, (_, i) => i + 1)
      : [whole('only', values.only)]
  const targets = values.transport.filter(isTarget)
  if (targets.length < values.transport.length || targets.length === 0)
    throw new Error(`--transport ${values.transport}: expected some of ${Object.keys(TARGETS).join(', ')}.`)
  console.log(`Seed ${seed} (--seed ${seed} repeats it, as far as the machine's own timing lets it).`)

  if (values.bundle === undefined) await bundle()
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-chaos-'))
  const crowd = join(folder, 'crowd')
  await gather(crowd, people)
  const played: Played[] = []
  for (const number of rounds) {
    for (const target of targets) {
      const own = seedFor(seed, `${target} ${number}`)
      const kills = KILLS.least + Math.floor(randomFrom(own)() * (KILLS.most - KILLS.least + 1))
      const state = join(folder, `${target}-${number}`)
      cpSync(crowd, state, { recursive: true })
      const failed = (why: string) => {
        console.error(`FAILED: seed ${seed}, ${target}, round ${number}. ${why}\nThe state is kept in ${state}`)
        console.error(
          `To repeat it: npm run chaos -- --seed ${seed} --people ${people} --transport ${target} --only ${number}`,
        )
        rmSync(crowd, { recursive: true })
        return 1
      }
      try {
        const bundled = values.bundle === undefined ? {} : { bundle: values.bundle }
        const round = await playRound({ target, people, kills, seed: own, state, ...bundled })
        played.push({ target, number, people, round })
        console.log(lineOf({ target, number, people, round }))
        const faults = new Set([...round.verdict.faults, ...round.end.faults])
        if (faults.size > 0) return failed([...faults].join('; '))
      } catch (error) {
        return failed(error instanceof Error ? error.message : String(error))
      }
      rmSync(state, { recursive: true })
    }
  }
  rmSync(folder, { recursive: true })
  console.log(`\n${tableOf(played)}\n\nSeed ${seed}. Nobody was lost, nobody got two mails.`)
  return 0
}

function whole(name: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} ${text}: expected a whole number.`)
  return number
}
