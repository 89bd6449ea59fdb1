/**
 * `npm run record`: drives the built Worker with fixed keys and a clock that stands still, and compares every answer and every mail with
 * those in tests/recorded. `--write` records them anew; `--only pages,mails` looks at some areas alone.
 */

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './bundle.ts'
import { stillBundle } from './clock.ts'
import { AREAS } from './record/areas.ts'
import { Shelf } from './record/book.ts'
import { difference } from './record/difference.ts'

/** Areas recorded at once: each has a server with a core's worth of work. */
const AT_ONCE = 2

const RECORDED = join(root, 'tests', 'recorded')

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      write: { type: 'boolean', default: false },
      only: { type: 'string' },
      build: { type: 'boolean', default: true },
    },
    allowNegative: true,
  })
  const chosen = values.only?.split(',') ?? Object.keys(AREAS)
  for (const name of chosen)
    if (!(name in AREAS)) throw new Error(`--only ${name}: expected some of ${Object.keys(AREAS).join(', ')}`)
  const bundle = values.build ? await stillBundle() : join(root, 'dist', 'still', 'entry.js')
  mkdirSync(RECORDED, { recursive: true })
  const fresh = mkdtempSync(join(tmpdir(), 'tocsin-recorded-'))
  try {
    const names = await record(chosen, bundle, fresh)
    if (values.only === undefined) names.push(...readdirSync(RECORDED).filter((name) => !names.includes(name)))
    if (values.write) return keep(fresh, names)
    const found = difference(RECORDED, fresh, names.toSorted())
    if (found !== '') console.log(found)
    console.log(found === '' ? `${names.length} files are as recorded.` : 'What is answered is not what was recorded.')
    return found === '' ? 0 : 1
  } finally {
    rmSync(fresh, { recursive: true })
  }
}

/** Answers the names of the files. */
async function record(chosen: readonly string[], bundle: string, folder: string): Promise<string[]> {
  const names: string[] = []
  const waiting = [...chosen]
  const work = async (): Promise<void> => {
    for (let area = waiting.shift(); area !== undefined; area = waiting.shift()) {
      const began = performance.now()
      const shelf = new Shelf()
      await AREAS[area]?.(shelf, bundle)
      for (const [name, book] of shelf) {
        writeFileSync(join(folder, `${name}.txt`), book.text())
        names.push(`${name}.txt`)
      }
      console.error(`${area}: ${((performance.now() - began) / 1_000).toFixed(1)} s`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return names
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
