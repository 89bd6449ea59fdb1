/** Builds a local Worker whose clock can be moved forward, so that a test can skip days. The deployed Worker contains none of this. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { type BundleOptions, bundle, root } from '../local/bundle.ts'
import type { Time } from './clock.ts'

/** Paths of the bundles that `movableBundle` and `stillBundle` build. */
export const movableBundlePath = join(root, 'dist', 'clock', 'entry.js')
export const stillBundlePath = join(root, 'dist', 'still', 'entry.js')

/** Class of the object that stores the time. The built Worker exports it; wrangler.toml does not bind it. */
export const CLOCK_OBJECT = 'Clock'

/**
 * Builds the Worker with a movable clock around every object class that wrangler.toml binds. Returns the path of the bundle; start it with
 * `startServer({ bundle, unbound: [CLOCK_OBJECT], … })`.
 */
export const movableBundle = (content?: BundleOptions['content']): Promise<string> =>
  build(join('dist', 'clock'), 'time.ts', content)

/**
 * Builds the Worker with a stopped clock and a constant Math.random, so that two runs give equal answers. Returns the path of the bundle.
 * Mail to the binding EMAIL becomes a fetch.
 */
export const stillBundle = (content?: BundleOptions['content']): Promise<string> =>
  build(join('dist', 'still'), 'still.ts', content)

/** `first`: the module of scripts/clock that loads before all others. It must export `envOf`. */
const build = (folder: string, first: string, content: BundleOptions['content']): Promise<string> =>
  buildWrapped(folder, content, (deployed) => entryFor(first, deployed))

/** What wrangler.toml deploys, for the source of an entry module that wraps it. */
type Wrapped = { main: string; classes: readonly string[]; clockObject: string }

/** Builds a Worker from an entry module that wraps the deployed one. The entry lies two folders below the root. */
export async function buildWrapped(
  folder: string,
  content: BundleOptions['content'] = 'make',
  entryOf: (deployed: Wrapped) => string,
): Promise<string> {
  mkdirSync(join(root, folder), { recursive: true })
  const entry = join(root, folder, 'entry.ts')
  writeFileSync(entry, entryOf(await wrapped()))
  await bundle({ entry, outdir: folder, content })
  return join(root, folder, 'entry.js')
}

async function wrapped(): Promise<Wrapped> {
  process.env.WRANGLER_LOG ??= 'error' // wrangler reads this when it loads
  const { unstable_readConfig } = await import('wrangler')
  const { main = '', durable_objects } = unstable_readConfig({ config: join(root, 'wrangler.toml') })
  const bindings: ReadonlyArray<{ class_name: string }> = durable_objects.bindings
  return {
    main: relative(root, resolve(root, main)),
    classes: bindings.map(({ class_name }) => class_name),
    clockObject: CLOCK_OBJECT,
  }
}

/** Source of the entry module, which exports every bound class with alarms in moved time. ES modules cannot export a computed list. */
const entryFor = (first: string, { main, classes, clockObject }: Wrapped): string =>
  `// Written by scripts/clock/movable.ts.
import { envOf } from '../../scripts/clock/${first}'
import worker, * as deployed from '../../${main}'
import { moved } from '../../scripts/clock/moved.ts'
import { movedWorker } from '../../scripts/clock/worker.ts'

export { ${clockObject} } from '../../scripts/clock/clock.ts'
${classes.map((name) => `export const ${name} = moved('${name}', deployed.${name}, envOf)`).join('\n')}
export default movedWorker(worker, envOf)
`

/**
 * Client of the clock of a server with such a bundle. Alarms, tokens, office hours and dates of mails use the moved time. Sleeps, limits
 * per client and the expiry of KV records use the machine's time.
 */
export function movableClock({ url }: { url: string }) {
  const at = new URL('/clock', url)
  const timeIn = async (response: Response): Promise<Time> => {
    if (!response.ok) throw new Error(`the clock answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as Time
  }
  const time = async () => timeIn(await fetch(at))
  return {
    time,
    now: async (): Promise<number> => (await time()).now,
    /** Time of the next alarm of any object (epoch ms); null if none is set. */
    next: async (): Promise<number | null> => (await time()).next,
    /** Moves the clock forward. Resolves once every due alarm has been triggered. @throws Error if the time has passed */
    async moveTo(to: Date | number): Promise<void> {
      await timeIn(await fetch(at, { method: 'POST', body: JSON.stringify({ to: Number(to) }) }))
    },
    /** Loads these objects, so that the clock knows alarms that they set while it was not there. */
    async find(objects: ReadonlyArray<{ class: string; id: string }>): Promise<void> {
      await timeIn(await fetch(at, { method: 'POST', body: JSON.stringify({ find: objects }) }))
    },
    /** Moves the clock to a time, if it is not later already, and triggers every due alarm. Returns the time then. */
    async moveAtLeastTo(to: number): Promise<Time> {
      return timeIn(await fetch(at, { method: 'POST', body: JSON.stringify({ to, orNow: true }) }))
    },
  }
}
export type MovableClock = ReturnType<typeof movableClock>
