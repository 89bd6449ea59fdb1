/** `npm run serve`: runs Tocsin on this machine; no mail leaves it by default. `npm start` adds `--watch --people`. */

import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { errorMessage } from '../src/kit/result.ts'
import { paths, ROUTES } from '../src/paths.ts'
import { DEMO_CAMPAIGN } from './demo/people.ts'
import { bundle, bundlePath, root } from './local/bundle.ts'
import { readDevVars } from './local/dev-vars.ts'
import { isFirstStart, signUpFirstPeople } from './local/first-people.ts'
import { freePort, isFree } from './local/ports.ts'
import { type Server, startServer } from './local/server.ts'
import { watchFolders } from './local/watch.ts'

const USUAL_PORT = 8787
const WATCHED = ['src', 'campaigns', 'emails', 'strings']

try {
  await main()
} catch (error) {
  console.error(errorMessage(error))
  process.exit(1)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'persist-to': { type: 'string', default: join(root, '.tocsin', 'state') },
      var: { type: 'string', multiple: true, default: [] },
      watch: { type: 'boolean', default: false },
      people: { type: 'boolean', default: false },
      build: { type: 'boolean', default: true },
    },
    allowNegative: true,
  })
  const port = await choosePort(values.port)
  const { settings, token } = readDevVars()
  const overrides = Object.fromEntries(values.var.map(readVar))
  if (values.build || !existsSync(bundlePath)) await bundle()
  const state = resolve(values['persist-to'])
  const chosen = { ...settings, ...overrides }
  const server = await startServer({ port, state, settings: chosen })
  const watching = values.watch ? rebuildOnChange(server) : undefined
  stopOnSignal(async () => {
    watching?.close()
    await server.stop()
  })
  const faults = await healthFaults(server.url)
  if (faults.length > 0)
    return console.error(`Tocsin runs at ${server.url}, but its settings have faults:\n\n${faults.join('\n')}\n`)
  greet(server.url, token, state, chosen)
  if (values.people && (await isFirstStart(server))) await bringPeople(server.url)
}

/** Failed checks of `/healthz`, one line for each fault. */
async function healthFaults(url: string): Promise<string[]> {
  const answer = await fetch(new URL(ROUTES.health, url))
  const { checks } = (await answer.json()) as { checks: Array<{ name: string; ok: boolean; message?: string }> }
  return checks.flatMap(({ name, ok, message = '' }) =>
    ok ? [] : message.split('; ').map((fault) => `  ${name}: ${fault}`),
  )
}

async function choosePort(typed: string | undefined): Promise<number> {
  if (typed === undefined) {
    const port = await freePort(USUAL_PORT)
    if (port !== USUAL_PORT) console.log(`Port ${USUAL_PORT} is in use. Using ${port} instead.`)
    return port
  }
  const port = Number(typed)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`--port ${typed}: expected a number from 1 to 65535.`)
  if (!(await isFree(port)))
    throw new Error(`Port ${port} is in use: name another with --port, or omit --port for a free one.`)
  return port
}

function readVar(text: string): [name: string, value: string] {
  const [, name, value] = /^([A-Z][A-Z0-9_]*):(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new Error(`--var ${text}: expected NAME:value, such as --var RESEND_URL:http://127.0.0.1:9000.`)
  return [name, value]
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

/** Rebuilds and reloads after each change, one build at a time. After a failed build the last good one keeps running. */
function rebuildOnChange(server: Server): { close(): void } {
  let building = Promise.resolve()
  const rebuild = async () => {
    try {
      await bundle()
      await server.reload()
      console.log(`Rebuilt at ${new Date().toLocaleTimeString('en-GB')}.`)
    } catch (error) {
      console.error(errorMessage(error))
    }
  }
  const folders = WATCHED.map((name) => join(root, name))
  return watchFolders(folders, () => {
    building = building.then(rebuild)
  })
}

/** Prints the URL, the token and the first steps. */
function greet(url: string, token: string | undefined, state: string, settings: Record<string, string>): void {
  const { BULK_TRANSPORT = 'outbox', TRANSACTIONAL_TRANSPORT = 'outbox' } = settings
  const others = [BULK_TRANSPORT, TRANSACTIONAL_TRANSPORT].filter((name) => name !== 'outbox')
  const leaving = others.length === 0 ? 'No mail leaves this machine.' : `Mail is sent by ${others[0]}.`
  const where = url.endsWith(`:${USUAL_PORT}`) ? '' : ` --url ${url}`
  console.log(`
Tocsin is running at ${url}

  Organiser token  ${token ?? 'unknown: .dev.vars has only its hash; add TOCSIN_TOKEN=… there to see it here'}

  1. Read a campaign and sign up:
     ${url}${paths.campaign('en', DEMO_CAMPAIGN)}
  2. Open the outbox and press the button behind the link in the confirmation:
     ${url}${paths.outbox()}
  3. Send the appeal, in another terminal:
     npm run send -- ${DEMO_CAMPAIGN}${where}

${leaving} Stop with Ctrl-C. The state stays in ${relative(process.cwd(), state) || '.'}.
`)
}

async function bringPeople(url: string): Promise<void> {
  try {
    const people = await signUpFirstPeople(url)
    console.log(`${people} invented people have signed up and confirmed, so that the appeal has recipients.`)
  } catch (error) {
    console.error('No invented people have signed up:', errorMessage(error))
  }
}
