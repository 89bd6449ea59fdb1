/** `npm run serve`, and with `--watch` `npm start`: Tocsin on this machine, nothing leaving it. */

import { existsSync, watch } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle, bundlePath, root } from './bundle.ts'
import { readDevVars } from './dev-vars.ts'
import { freePort, isFree } from './ports.ts'
import { type Server, startServer } from './server.ts'

const USUAL_PORT = 8787
const WATCHED = ['src', 'campaigns', 'emails', 'strings', 'wrangler.toml']
/** Milliseconds of quiet before a change is built: editors save in several steps. */
const SETTLE_MS = 150

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'persist-to': { type: 'string', default: join(root, '.tocsin', 'state') },
      var: { type: 'string', multiple: true, default: [] },
      watch: { type: 'boolean', default: false },
      build: { type: 'boolean', default: true },
    },
    allowNegative: true,
  })
  const port = await choosePort(values.port)
  const { settings, token } = readDevVars()
  const asked = Object.fromEntries(values.var.map(readVar))
  if (values.build || !existsSync(bundlePath)) await bundle()
  const state = resolve(values['persist-to'])
  const server = await startServer({ port, state, settings: { ...settings, ...asked } })
  const watching = values.watch ? rebuildOnChange(server) : undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      watching?.abort()
      await server.stop()
      process.exit(0)
    })
  }
  greet(server.url, token, state)
}

async function choosePort(asked: string | undefined): Promise<number> {
  if (asked === undefined) {
    const port = await freePort(USUAL_PORT)
    if (port !== USUAL_PORT) console.log(`Port ${USUAL_PORT} is in use; taking ${port}.`)
    return port
  }
  const port = Number(asked)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`--port ${asked}: expected a number from 1 to 65535.`)
  if (!(await isFree(port)))
    throw new Error(`Port ${port} is in use: name another with --port, or leave it out to get a free one.`)
  return port
}

function readVar(text: string): [name: string, value: string] {
  const [, name, value] = /^([A-Z][A-Z0-9_]*):(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new Error(`--var ${text}: expected NAME:value, such as --var RESEND_URL:http://127.0.0.1:9000.`)
  return [name, value]
}

/** Builds and takes in every change; a build that fails leaves the last good one running. */
function rebuildOnChange(server: Server): AbortController {
  const stop = new AbortController()
  let settling: NodeJS.Timeout | undefined
  let building = Promise.resolve()
  const rebuild = async () => {
    try {
      await bundle()
      await server.reload()
      console.log(`Rebuilt at ${new Date().toLocaleTimeString()}.`)
    } catch (error) {
      console.error(error instanceof Error ? error.message : error)
    }
  }
  const changed = (name: string | null) => {
    if (name?.endsWith('.gen.ts')) return // made by the build itself
    clearTimeout(settling)
    settling = setTimeout(() => {
      building = building.then(rebuild)
    }, SETTLE_MS)
  }
  for (const name of WATCHED.filter((name) => existsSync(join(root, name)))) {
    watch(join(root, name), { recursive: true, signal: stop.signal }, (_, file) =>
      changed(file?.split(sep).at(-1) ?? null),
    )
  }
  return stop
}

function greet(url: string, token: string | undefined, state: string): void {
  console.log(`
Tocsin is running at ${url}

  Organiser token   ${token ?? 'yours (its hash is in .dev.vars; add TOCSIN_TOKEN=… there to have it shown here)'}

  1. Read a campaign and sign up      ${url}/
  2. Confirm from the captured mail   ${url}/outbox
  3. Ring the bell                    npm run send -- --help

Nothing leaves this machine. Stop with Ctrl-C; what happened stays in ${relative(process.cwd(), state) || '.'}.
`)
}
