/**
 * `npm run record`: drives the built Worker with fixed keys and a clock that stands still, and compares every answer and every mail with
 * those in tests/recorded. `--write` records them anew; `--only pages,mails` looks at some areas alone. `--state` records a stored state
 * anew in tests/recorded-state, which a test opens.
 */

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stillBundle, stillBundlePath } from './clock/movable.ts'
import { root } from './local/bundle.ts'
import { AREAS } from './record/areas.ts'
import { Shelf } from './record/book.ts'
import { difference } from './record/difference.ts'
import { recordState } from './record/state/record-state.ts'

/** Areas recorded at once: each has a server with a core's worth of work. */
const AT_ONCE = 2

const RECORDED = join(root, 'tests', 'recorded')

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      write: { type: 'boolean', default: false },
      only: { type: 'string' },
      build: { type: 'boolean', default: true },
      state: { type: 'boolean', default: false },
    },
    allowNegative: true,
  })
  const chosen = values.only?.split(',') ?? Object.keys(AREAS)
  for (const name of chosen)
    if (!(name in AREAS)) throw new Error(`--only ${name}: expected some of ${Object.keys(AREAS).join(', ')}`)
  const bundle = values.build ? await stillBundle() : stillBundlePath
  if (values.state) return recordState(bundle).then(() => 0)
  mkdirSync(RECORDED, { recursive: true })
  const fresh = mkdtempSync(join(tmpdir(), 'tocsin-recorded-'))
  try {
    const { names, failed } = await record(chosen, bundle, fresh, values.write)
    const isWhole = failed.length === 0
    if (values.only === undefined && isWhole) names.push(...gone(names))
    if (values.write) return isWhole ? keep(fresh, names) : 1
    const found = difference(RECORDED, fresh, names.toSorted())
    if (found !== '') console.log(found)
    for (const area of failed) console.log(`${area} came to no end: see above.`)
    const isEqual = found === '' && isWhole
    console.log(isEqual ? `${names.length} files are as recorded.` : 'What is answered is not what was recorded.')
    return isEqual ? 0 : 1
  } finally {
    rmSync(fresh, { recursive: true })
  }
}

/** Recorded files that no area makes any more. */
const gone = (names: readonly string[]): string[] =>
  readdirSync(RECORDED).filter((name) => name.endsWith('.txt') && !names.includes(name))

type Recorded = { names: string[]; failed: string[] }

/** Answers the names of the files, and the areas that came to no end. */
async function record(chosen: readonly string[], bundle: string, folder: string, write: boolean): Promise<Recorded> {
  const recorded: Recorded = { names: [], failed: [] }
  const waiting = [...chosen]
  const work = async (): Promise<void> => {
    for (let area = waiting.shift(); area !== undefined; area = waiting.shift()) {
      const began = performance.now()
      const shelf = new Shelf()
      try {
        await AREAS[area]?.(shelf, bundle, write)
      } catch (error) {
        console.error(`${area} cannot be recorded:`, error)
        recorded.failed.push(area)
        continue
      }
      for (const [name, book] of shelf) {
        writeFileSync(join(folder, `${name}.txt`), book.text())
        recorded.names.push(`${name}.txt`)
      }
      console.error(`${area}: ${((performance.now() - began) / 1_000).toFixed(1)} s`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return recorded
}

function keep(fresh: string, names: readonly string[]): number {
  for (const name of names) rmSync(join(RECORDED, name), { force: true })
  cpSync(fresh, RECORDED, { recursive: true })
  console.log(`${readdirSync(fresh).length} files are recorded.`)
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error)
  process.exitCode = 1
}
