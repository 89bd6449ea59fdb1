/** `npm run serve`: runs Tocsin on this machine; no mail leaves without `--send-for-real`. `npm start` adds `--watch --people`. */

import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { unfinished, unfinishedLine } from '../src/cli/language-files/language-state.ts'
import { readLanguages } from '../src/cli/language-files/read-languages.ts'
import { errorMessage } from '../src/kit/result.ts'
import { ROUTES } from '../src/paths.ts'
import { CLOCK_OBJECT, movableBundle, movableBundlePath, movableClock } from './clock/movable.ts'
import { bundle, bundlePath, root } from './local/bundle.ts'
import { readDevVars } from './local/dev-vars.ts'
import { isFirstStart, signUpFirstPeople } from './local/first-people.ts'
import { anyPort, freePort } from './local/ports.ts'
import { errorCode } from './local/runtime.ts'
import { deployedVars, type Server, startServer } from './local/server.ts'
import { watchFile, watchFolders } from './local/watch.ts'
import { banner, notes, whatLeaves } from './serve/banner.ts'
import { type Chosen, chooseSettings } from './serve/choose-settings.ts'
import { lockFolder } from './serve/folder-lock.ts'
import { type Gate, startGate } from './serve/gate.ts'
import { moveClock, readClock, wasMoved } from './serve/local-clock.ts'
import { readOptions, type ServeOptions, USUAL_PORT } from './serve/options.ts'
import { faultsIn, oneAtATime } from './serve/rebuild.ts'
import { settingNames } from './serve/setting-names.ts'

const WATCHED = ['src', 'campaigns', 'emails', 'strings'].map((name) => join(root, name))

try {
  await main(readOptions(process.argv.slice(2)))
} catch (error) {
  console.error(errorMessage(error))
  process.exit(1)
}

/** The running server: the port that people use, the runtime behind it, and how its Worker is built. */
type Local = { gate: Gate; server: Server; build(): Promise<unknown>; state: string; options: ServeOptions }

async function main(options: ServeOptions): Promise<void> {
  const clockAt = options.clock === undefined ? undefined : readClock(options.clock, Date.now())
  const state = resolve(options.persistTo)
  const id = crypto.randomUUID()
  const gate = await openGate(options.port, id)
  const unlock = await lockFolder(state, { url: gate.url, id })
  process.once('exit', unlock)
  if (options.port === undefined && !gate.url.endsWith(`:${USUAL_PORT}`))
    console.log(`Port ${USUAL_PORT} is in use. Using ${gate.url.split(':').at(-1)} instead.`)

  const { chosen, token } = await readSettings(options)
  const isMovable = clockAt !== undefined || wasMoved(state)
  const path = isMovable ? movableBundlePath : bundlePath
  const build = isMovable ? () => movableBundle() : () => bundle()
  if (options.build || !existsSync(path)) await build()
  const server = await startServer({
    port: await anyPort(),
    publicUrl: gate.url,
    state,
    settings: chosen.settings,
    config: options.config,
    bundle: path,
    ...(isMovable && { unbound: [CLOCK_OBJECT] }),
  })
  if (clockAt !== undefined) await moveClock(server.url, state, clockAt)
  gate.open(server.url)
  const local = { gate, server, build, state, options }
  const watching = options.watch ? rebuildOnChange(local, chosen) : undefined
  stopOnSignal(async () => {
    watching?.close()
    await server.stop()
    gate.close()
  })
  if (!(await saysWell(local, chosen, token, isMovable))) return
  if (options.people && !options.sendForReal && (await isFirstStart(server))) await bringPeople(gate.url)
}

/** Opens the port named on the command line, or a free one. @throws Error if that port is in use */
async function openGate(port: number | undefined, id: string): Promise<Gate> {
  try {
    return await startGate(port ?? (await freePort(USUAL_PORT)), { id })
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE') throw error
    throw new Error(`Port ${port} is in use: name another with --port, or omit --port for a free one.`)
  }
}

/** Reads all sources of settings anew. */
async function readSettings({ config, devVars, var: typed, sendForReal }: ServeOptions) {
  const { settings, token } = readDevVars(devVars)
  const sources = { wrangler: await deployedVars(config), devVars: settings, shell: process.env, typed }
  return { chosen: chooseSettings(sources, settingNames(), sendForReal), token }
}

/** Prints the first steps, or the faults of the settings. Returns whether there are none. */
async function saysWell(
  { gate, server, state, options }: Local,
  chosen: Chosen,
  token: string | undefined,
  isMovable: boolean,
) {
  const faults = await healthFaults(server.url)
  if (faults.length > 0) {
    const found = [...notes(chosen, undefined), ...faults].join('\n')
    console.error(`Tocsin runs at ${gate.url}, but its settings have faults:\n\n${found}\n`)
    return false
  }
  const clock = isMovable ? { now: await movableClock(server).now(), machine: Date.now() } : undefined
  const shown = relative(process.cwd(), state) || '.'
  const { sendForReal: forReal } = options
  const notOffered = unfinished(readLanguages(root)).map((one) => `${unfinishedLine(one)}.`)
  console.log(banner({ url: gate.url, token, state: shown, chosen, forReal, notOffered, ...(clock && { clock }) }))
  return true
}

/** Failed checks of `/healthz`, one line for each fault. */
async function healthFaults(url: string): Promise<string[]> {
  const answer = await fetch(new URL(ROUTES.health, url))
  const { checks } = (await answer.json()) as { checks: Array<{ name: string; ok: boolean; message?: string }> }
  return checks.flatMap(({ name, ok, message = '' }) =>
    ok ? [] : message.split('; ').map((fault) => `  ${name}: ${fault}`),
  )
}

/** Ends with status 0 on SIGINT, SIGTERM and SIGHUP. Miniflare's own handlers of these signals would set status 130. */
function stopOnSignal(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.prependOnceListener(signal, async () => {
      process.once('exit', () => {
        process.exitCode = 0
      })
      await stop()
      process.exit()
    })
  }
}

const time = () => new Date().toLocaleTimeString('en-GB')

/** Builds and restarts after changes of files, and restarts after changes of settings. Requests wait during a restart. */
function rebuildOnChange(local: Local, first: Chosen): { close(): void } {
  let running = JSON.stringify(first.settings)
  let isBuilt = true
  const renew = async () => {
    const { chosen } = await readSettings(local.options)
    const settings = JSON.stringify(chosen.settings)
    if (!isBuilt) {
      console.log('Building the new version …')
      isBuilt = true // a change during the build makes it false again
      await local.build()
    } else if (settings === running) return
    if (!(await restart(local, chosen))) return
    if (settings === running) return console.log(`The new version is shown since ${time()}.`)
    running = settings
    await sayNewSettings(local, chosen)
  }
  const soon = oneAtATime(() => renew().catch((error) => console.error(faultsIn(error), OLD_VERSION)))
  const watching = [
    watchFolders(WATCHED, () => {
      isBuilt = false
      void soon()
    }),
    ...[local.options.devVars, local.options.config].map((path) => watchFile(path, () => void soon())),
  ]
  return {
    close() {
      for (const one of watching) one.close()
    },
  }
}

const OLD_VERSION = '\n\nThe old version is still shown. Mend this and save: the new one follows by itself.'

/** Starts the version on disk with these settings. If it does not start, requests are told to wait; returns false. */
async function restart({ gate, server }: Local, { settings }: Chosen): Promise<boolean> {
  await gate.hold()
  try {
    await server.reload(settings)
    gate.open(server.url)
    return true
  } catch (error) {
    console.error(
      `The new version does not start: ${errorMessage(error)}\nNothing is shown until this is mended and saved.`,
    )
    return false
  }
}

async function sayNewSettings({ server, options }: Local, chosen: Chosen): Promise<void> {
  const faults = await healthFaults(server.url)
  const says = [whatLeaves(chosen.settings, options.sendForReal), ...notes(chosen, undefined), ...faults]
  console.log(`New settings since ${time()}.\n${says.join('\n')}`)
}

async function bringPeople(url: string): Promise<void> {
  try {
    const people = await signUpFirstPeople(url)
    console.log(`${people} invented people have signed up and confirmed, so that the appeal has recipients.`)
  } catch (error) {
    console.error('No invented people have signed up:', errorMessage(error))
  }
}
