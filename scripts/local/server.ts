/** Tocsin on this machine: the built Worker in workerd, with the bindings of wrangler.toml and state in a folder. */

import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  Miniflare,
  type MiniflareOptions,
  type Request as MiniflareRequest,
  type Response as MiniflareResponse,
} from 'miniflare'
import { bundlePath, root } from './bundle.ts'
import { killRuntime, runtimePids } from './runtime.ts'

/** As in wrangler.toml; no local runtime fires cron triggers by itself. */
const CRON = '* * * * *'
const CRON_EVERY_MS = 60_000

/** How lines of workerd begin that tell nobody anything. */
const NOISE = [
  'A DurableObjectNamespace in the config referenced the class', // of every object, when the Worker threw while starting: it has said so
  'NOSENTRY SQLite alarm handler canceled', // an alarm was put off when it was due already: the later one stands
]

/** A request of the Worker's to somebody else, and what it is answered. */
export type Outbound = (request: MiniflareRequest) => Promise<MiniflareResponse>

export type ServerOptions = {
  port: number
  state: string // folder of everything persisted
  settings: Record<string, string> // over the [vars] of wrangler.toml
  bundle?: string // path of the built Worker; dist/worker.js unless told
  unbound?: readonly string[] // classes of objects that such a Worker exports and wrangler.toml does not bind
  quiet?: boolean // drops what the Worker logs
  cron?: boolean // false: nothing is scheduled but what is asked for
  outbound?: Outbound // answers what the Worker fetches, in place of the network
}

export type Server = {
  url: string
  readonly miniflare: Miniflare
  /** Takes the bundle as it is on disk now; state stays. @throws Error when it does not start: nothing runs until the next. */
  reload(): Promise<void>
  /** Kills workerd at once and waits for its end; Miniflare starts another on the same state and port. */
  crash(): Promise<void>
  stop(): Promise<void>
}

export async function startServer(options: ServerOptions): Promise<Server> {
  mkdirSync(options.state, { recursive: true })
  const worker = await workerOptions(options)
  const strangers = runtimePids() // of other servers in this process
  let miniflare = new Miniflare(miniflareOptions(options, worker))
  const url = (await miniflare.ready).origin
  const cron = options.cron === false ? undefined : setInterval(() => void fireCron(miniflare), CRON_EVERY_MS)
  return {
    url,
    get miniflare() {
      return miniflare
    },
    async reload() {
      await miniflare.dispose().catch(() => {}) // one that failed to start has nothing to dispose of
      miniflare = new Miniflare(miniflareOptions(options, worker))
      await miniflare.ready
    },
    async crash() {
      const own = runtimePids().filter((pid) => !strangers.includes(pid))
      await Promise.all(own.map(killRuntime))
      await miniflare.ready
    },
    async stop() {
      clearInterval(cron)
      await miniflare.dispose()
    },
  }
}

type WorkerOptions = Awaited<ReturnType<typeof workerOptions>>

/** Bindings and dates from wrangler.toml. `.dev.vars` is not read here: whoever starts a server says with which settings. */
async function workerOptions({ port, settings }: ServerOptions) {
  process.env.WRANGLER_LOG ??= 'error' // read when wrangler is loaded
  const { unstable_getMiniflareWorkerOptions, unstable_readConfig } = await import('wrangler')
  const config = unstable_readConfig({ config: join(root, 'wrangler.toml') })
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config)
  return {
    ...workerOptions,
    name: config.name ?? 'tocsin',
    bindings: { ...config.vars, PUBLIC_URL: `http://127.0.0.1:${port}`, ...settings } as Record<string, string>,
  }
}

function miniflareOptions(options: ServerOptions, worker: WorkerOptions): MiniflareOptions {
  const path = options.bundle ?? bundlePath
  return convertV4MiniflareOptions({
    ...worker,
    // Given by hand: MJML's dynamic requires make automatic discovery refuse the bundle.
    modules: [{ type: 'ESModule', path, contents: readFileSync(path, 'utf8') }],
    modulesRoot: dirname(path),
    additionalUnboundDurableObjects: (options.unbound ?? []).map((className) => ({ className, useSQLite: true })),
    host: '127.0.0.1',
    port: options.port,
    ...(options.outbound && { outboundService: options.outbound }),
    cf: false, // otherwise Miniflare asks the network for a sample of request.cf
    resourcePersistencePath: options.state,
    log: new Log(LogLevel.ERROR),
    handleStructuredLogs: ({ level, message }) => {
      if (options.quiet === true || NOISE.some((beginning) => message.startsWith(beginning))) return
      const print = level === 'error' || level === 'warn' ? console.error : console.log
      print(message)
    },
  })
}

async function fireCron(miniflare: Miniflare): Promise<void> {
  try {
    const worker = await miniflare.getWorker()
    await worker.scheduled({ cron: CRON })
  } catch (error) {
    console.error('The scheduled run failed:', error instanceof Error ? error.message : error)
  }
}
