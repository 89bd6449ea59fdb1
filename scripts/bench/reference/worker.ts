/**
 * The deployed Worker beside an object that does only what no sender can leave out, for the benchmark's ceiling and floor. `PUT` gives the
 * finished call, `POST` does the work in four objects at the same time and answers when the last has ended.
 */

import { DurableObject, exports } from 'cloudflare:workers'
import { lanesFor, prefixesFor } from '../../../src/dispatch/lane/lanes.ts'
import { settingsOf } from '../../../src/env.ts'
import { sha256 } from '../../../src/kit/bytes.ts'
import type { Bytes } from '../../../src/kit/caches/byte-cache.ts'
import { open } from '../../../src/security/vault.ts'
import worker from '../../../src/worker.ts'

// biome-ignore-start lint/performance: an entry has to export what wrangler.toml binds
export * from '../../../src/worker.ts'

// biome-ignore-end lint/performance: the line above only

/** People for whom a dispatch has as many lanes as there are objects here. */
const PEOPLE = 10_000
const OBJECTS = lanesFor(PEOPLE)
/** Records opened at a time, as in a dispatch. */
const OPENED_AT_ONCE = 50

const CEILING = '/bench/ceiling'
const FLOOR = '/bench/floor'

type Ready = { url: string; type: string; inCall: number; body: Bytes }
/** The finished call. The local runtime runs the Worker and all objects in one isolate. */
let ready: Ready | undefined

function readyCall(): Ready {
  if (ready === undefined) throw new Error('expected PUT of the finished call first')
  return ready
}

async function post({ url, type }: Ready, body: Bytes): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`the sink answered ${response.status}`)
}

/** Sends finished calls. wrangler.toml does not bind this class. */
export class Reference extends DurableObject<Env> {
  readonly #sql: SqlStorage

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    this.#sql.exec('CREATE TABLE IF NOT EXISTS call (id INTEGER PRIMARY KEY, state TEXT NOT NULL, hash BLOB NOT NULL)')
  }

  /** For each call one copy, one hash, a row before and a row after: what exactly once costs, and nothing else. */
  async sendCalls(calls: number): Promise<void> {
    const call = readyCall()
    for (let n = 0; n < calls; n++) {
      const body = call.body.slice()
      const hash = await sha256(body)
      this.#sql.exec("INSERT OR REPLACE INTO call (id, state, hash) VALUES (?, 'open', ?)", n, hash.buffer)
      await post(call, body)
      this.#sql.exec("UPDATE call SET state = 'accepted' WHERE id = ?", n)
    }
  }

  /** Lists and opens the records of the prefixes `passes` times, and sends a finished call for as many as it would hold. */
  async sendToOpened(prefixes: readonly string[], passes: number): Promise<void> {
    const call = readyCall()
    const send = async () => {
      await sha256(call.body)
      await post(call, call.body)
    }
    let waiting = 0
    for (let pass = 0; pass < passes; pass++)
      for (const prefix of prefixes)
        for await (const opened of this.#openedPages(prefix))
          for (waiting += opened; waiting >= call.inCall; waiting -= call.inCall) await send()
    if (waiting > 0) await send()
  }

  async *#openedPages(prefix: string): AsyncGenerator<number> {
    const { settings } = await settingsOf(this.env)
    if (settings === undefined) throw new Error('the settings are faulty')
    for (let cursor: string | undefined; ; ) {
      const page = await this.env.SUPPORTERS.list<string>({ prefix, ...(cursor !== undefined && { cursor }) })
      for (let at = 0; at < page.keys.length; at += OPENED_AT_ONCE) {
        const some = page.keys.slice(at, at + OPENED_AT_ONCE)
        const opened = await Promise.all(
          some.map(({ name, metadata }) => open(settings.keys, 'supporter', name, metadata ?? '')),
        )
        if (opened.includes(null)) throw new Error('found a record that does not open')
      }
      yield page.keys.length
      if (page.list_complete) return
      cursor = page.cursor
    }
  }
}

/** The objects. The types of the deployed Worker do not know their class. */
function objects(): Array<DurableObjectStub<Reference>> {
  const namespace: DurableObjectNamespace<Reference> = Reflect.get(exports, 'Reference')
  return Array.from({ length: OBJECTS }, (_, n) => namespace.getByName(String(n)))
}

async function onReference(request: Request, path: string): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const number = (name: string) => Number(searchParams.get(name))
  if (request.method === 'PUT') {
    const [url, type] = [searchParams.get('url') ?? '', searchParams.get('type') ?? '']
    ready = { url, type, inCall: number('inCall'), body: new Uint8Array(await request.arrayBuffer()) }
  } else if (path === CEILING) await Promise.all(objects().map((one) => one.sendCalls(number('calls') / OBJECTS)))
  else {
    const prefixes = prefixesFor(OBJECTS)
    await Promise.all(objects().map((one, n) => one.sendToOpened(prefixes[n] ?? [], number('passes'))))
  }
  return new Response(null, { status: 204 })
}

export default {
  async fetch(request, env, ctx) {
    const path = new URL(request.url).pathname
    return path === CEILING || path === FLOOR ? onReference(request, path) : worker.fetch(request, env, ctx)
  },
} satisfies ExportedHandler<Env>
