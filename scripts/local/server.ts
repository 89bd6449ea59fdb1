/** A local server: the built Worker in workerd, with the bindings of wrangler.toml and its state in a folder. */

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
import { errorMessage } from '../../src/kit/result.ts'
import { bundlePath, root } from './bundle.ts'
import { killRuntime, runtimePids } from './runtime.ts'

/** The cron trigger of wrangler.toml. Miniflare does not fire cron triggers, so the server does. */
const CRON = '* * * * *'
const CRON_EVERY_MS = 60_000

/** Beginnings of log lines of workerd that are not printed. */
const NOISE = [
  'A DurableObjectNamespace in the config referenced the class', // one per class if the Worker throws at its start, after the error
  'NOSENTRY SQLite alarm handler canceled', // a due alarm was set to a later time, which is intended
]

/** Answers a request that the Worker sends to another host. */
export type Outbound = (request: MiniflareRequest) => Promise<MiniflareResponse>

type ServerOptions = {
  port: number
  state: string // folder of the persisted state
  /** All settings but LOCALES, which wrangler.toml has. Without transports the outbox captures all mail, whatever wrangler.toml says. */
  settings: Record<string, string>
  publicUrl?: string // default: the address of the server
  config?: string // path of wrangler.toml
  bundle?: string // path of the built Worker; default dist/worker.js
  unbound?: readonly string[] // exported Durable Object classes that wrangler.toml does not bind
  quiet?: boolean // drops the Worker's log
  onLog?: (line: string) => void // gets the Worker's log in place of the terminal
  cron?: boolean // false: the cron trigger does not fire
  inspectorPort?: number // of the runtime's inspector, which tells the memory of the isolate
  outbound?: Outbound // answers the Worker's fetches in place of the network
}

export type Server = {
  url: string
  readonly miniflare: Miniflare
  /**
   * Restarts with the bundle now on disk, the same state, and other settings if given.
   * @throws Error if the Worker does not start; call again to retry
   */
  reload(settings?: Record<string, string>): Promise<void>
  /** Kills workerd and waits until Miniflare has started another with the same state and port. */
  crash(): Promise<void>
  stop(): Promise<void>
}

export async function startServer(options: ServerOptions): Promise<Server> {
  mkdirSync(options.state, { recursive: true })
  let worker = await workerOptions(options)
  const strangers = runtimePids() // workerd processes of other servers in this process
  let miniflare = new Miniflare(miniflareOptions(options, worker))
  const url = (await miniflare.ready).origin
  const cron = options.cron === false ? undefined : setInterval(() => void fireCron(miniflare), CRON_EVERY_MS)
  return {
    url,
    get miniflare() {
      return miniflare
    },
    async reload(settings) {
      if (settings !== undefined) worker = await workerOptions({ ...options, settings })
      await miniflare.dispose().catch(() => {}) // fails if the last start failed
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

/** Settings of a server that is given no others. [vars] of wrangler.toml are a deployment's: they could send mail for real. */
const CAPTIVE = { BULK_TRANSPORT: 'outbox', TRANSACTIONAL_TRANSPORT: 'outbox' }

/** Miniflare's options of the Worker from wrangler.toml, with the given settings. Does not read `.dev.vars`. */
async function workerOptions({ port, publicUrl, settings, config: path }: ServerOptions) {
  const { unstable_getMiniflareWorkerOptions } = await wrangler()
  const config = await deployedConfig(path)
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config)
  const bindings: Record<string, string> = {
    LOCALES: String(config.vars.LOCALES),
    PUBLIC_URL: publicUrl ?? `http://127.0.0.1:${port}`,
    ...CAPTIVE,
    ...settings,
  }
  return { ...workerOptions, name: config.name ?? 'tocsin', bindings }
}

function wrangler() {
  process.env.WRANGLER_LOG ??= 'error' // wrangler reads this when it loads
  return import('wrangler')
}

async function deployedConfig(path = join(root, 'wrangler.toml')) {
  return (await wrangler()).unstable_readConfig({ config: path })
}

/** [vars] of wrangler.toml. */
export async function deployedVars(path?: string): Promise<Record<string, string>> {
  const { vars } = await deployedConfig(path)
  return Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, String(value)]))
}

function miniflareOptions(options: ServerOptions, worker: WorkerOptions): MiniflareOptions {
  const path = options.bundle ?? bundlePath
  return convertV4MiniflareOptions({
    ...worker,
    // Listed explicitly: automatic discovery fails on MJML's dynamic requires.
    modules: [{ type: 'ESModule', path, contents: readFileSync(path, 'utf8') }],
    modulesRoot: dirname(path),
    additionalUnboundDurableObjects: (options.unbound ?? []).map((className) => ({ className, useSQLite: true })),
    host: '127.0.0.1',
    port: options.port,
    ...(options.outbound && { outboundService: options.outbound }),
    ...(options.inspectorPort !== undefined && { inspectorPort: options.inspectorPort }),
    cf: false, // otherwise Miniflare downloads a sample of request.cf
    resourcePersistencePath: options.state,
    log: new Log(LogLevel.ERROR),
    handleStructuredLogs: ({ level, message }) => {
      if (options.onLog !== undefined) options.onLog(message)
      if (
        options.quiet === true ||
        options.onLog !== undefined ||
        NOISE.some((beginning) => message.startsWith(beginning))
      )
        return
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
    console.error('The scheduled run failed:', errorMessage(error))
  }
}
