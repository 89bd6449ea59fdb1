/** A clock that can be moved, for a Tocsin on this machine: days of waiting in a second. The deployed Worker knows nothing of it. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { type BundleOptions, bundle, root } from '../local/bundle.ts'
import type { Time } from './clock.ts'

/** Where they are built. */
export const movableBundlePath = join(root, 'dist', 'clock', 'entry.js')
export const stillBundlePath = join(root, 'dist', 'still', 'entry.js')

/** The object that keeps the time: exported by what is built here, and bound nowhere. */
export const CLOCK_OBJECT = 'Clock'

/**
 * Builds the Worker around its clock, with every object class that wrangler.toml binds, and answers with the path. Started with
 * `startServer({ bundle, unbound: [CLOCK_OBJECT], … })`.
 */
export const movableBundle = (content?: BundleOptions['content']): Promise<string> =>
  build(join('dist', 'clock'), 'time.ts', content)

/**
 * The same with a clock that stands still until it is moved, and without chance: what it answers can be compared. Mail to the binding
 * EMAIL is fetched.
 */
export const stillBundle = (content?: BundleOptions['content']): Promise<string> =>
  build(join('dist', 'still'), 'still.ts', content)

/** `first`: the module of scripts/clock that is loaded before all others; it exports `envOf`. */
async function build(folder: string, first: string, content: BundleOptions['content'] = 'make'): Promise<string> {
  mkdirSync(join(root, folder), { recursive: true })
  const entry = join(root, folder, 'entry.ts')
  writeFileSync(entry, await entryFor(first))
  await bundle({ entry, outdir: folder, content })
  return join(root, folder, 'entry.js')
}

async function deployed(): Promise<{ main: string; classes: string[] }> {
  process.env.WRANGLER_LOG ??= 'error' // read when wrangler is loaded
  const { unstable_readConfig } = await import('wrangler')
  const { main = '', durable_objects } = unstable_readConfig({ config: join(root, 'wrangler.toml') })
  const bindings: ReadonlyArray<{ class_name: string }> = durable_objects.bindings
  return { main, classes: bindings.map(({ class_name }) => class_name) }
}

/** A module's exports are written down, so the one that wraps all classes is written from their list. */
async function entryFor(first: string): Promise<string> {
  const { main, classes } = await deployed()
  return `// Written by scripts/clock/movable.ts.
import { envOf } from '../../scripts/clock/${first}'
import worker, * as deployed from '../../${relative(root, resolve(root, main))}'
import { moved } from '../../scripts/clock/moved.ts'
import { movedWorker } from '../../scripts/clock/worker.ts'

export { ${CLOCK_OBJECT} } from '../../scripts/clock/clock.ts'
${classes.map((name) => `export const ${name} = moved('${name}', deployed.${name}, envOf)`).join('\n')}
export default movedWorker(worker, envOf)
`
}

/**
 * The clock of a server that runs such a bundle. Everything that reads the time lives by it: alarms, tokens, office hours, the dates of
 * mails. Sleeps within a call, the limits per client and the expiry of KV records stay with the machine's time.
 */
export function movableClock({ url }: { url: string }) {
  const at = new URL('/clock', url)
  const asked = async (response: Response): Promise<Time> => {
    if (!response.ok) throw new Error(`the clock answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as Time
  }
  const time = async () => asked(await fetch(at))
  return {
    time,
    now: async (): Promise<number> => (await time()).now,
    /** When the next alarm of any object rings; null when none is set. */
    next: async (): Promise<number | null> => (await time()).next,
    /** Forward only; answers once whatever is due by then has been woken. @throws Error when it is later already. */
    async moveTo(to: Date | number): Promise<void> {
      await asked(await fetch(at, { method: 'POST', body: JSON.stringify({ to: Number(to) }) }))
    },
  }
}
export type MovableClock = ReturnType<typeof movableClock>
