/** The server of a recorded area: fixed settings, an empty state and a stopped clock. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Response } from 'miniflare'
import { WORK_AFTER_MS } from '../../src/mailbox/asked/mailbox-allowance.ts'
import { CLOCK_OBJECT, type MovableClock, movableClock } from '../clock/movable.ts'
import { anyPort } from '../local/ports.ts'
import { type Outbound, type Server, startServer } from '../local/server.ts'
import type { Book } from './book.ts'
import { type Answer, type Ask, type Client, client, textOf } from './http.ts'
import { showMail } from './mail.ts'
import { withoutNumbers } from './normalise.ts'
import { HOST, SETTINGS, TOKENS } from './settings.ts'
import { showAnswer, showAsk } from './show.ts'

const POLL_EVERY_MS = 5
/** Polls in a row without work in progress before the server counts as settled: work may start shortly after an answer. */
const QUIET_POLLS = 3
const SETTLED_WITHIN_MS = 120_000

/** A captured mail; `at` is epoch ms, `eml` its bytes. */
export type Mail = { id: number; at: number; to: string; subject: string; text: string; eml: Buffer }

/** Answers 599 to every request, so that no request leaves the machine. */
const offline: Outbound = async (request) => {
  await request.text() // an unread body would block the connection
  return new Response('', { status: 599 })
}

/** Starts a server. `settings`: override the recording's. `outbound`: answers the Worker's fetches. `from`: folder of a state to copy. */
export async function openStage(
  bundle: string,
  settings: Readonly<Record<string, string>> = {},
  outbound = offline,
  from?: string,
): Promise<Stage> {
  const state = mkdtempSync(join(tmpdir(), 'tocsin-record-'))
  if (from !== undefined) cpSync(from, state, { recursive: true })
  const port = await anyPort()
  const server = await startServer({
    port,
    state,
    settings: { ...SETTINGS, ...settings },
    bundle,
    unbound: [CLOCK_OBJECT],
    quiet: true,
    cron: false,
    outbound,
  })
  return new Stage(server, port, state)
}

export class Stage {
  readonly server: Server
  readonly port: number
  readonly #state: string
  readonly #http: Client
  readonly #clock: MovableClock
  #lastMail = 0

  constructor(server: Server, port: number, state: string) {
    this.server = server
    this.port = port
    this.#state = state
    this.#http = client(port, HOST)
    this.#clock = movableClock(server)
  }

  /** The stopped clock's time in epoch ms. */
  now(): Promise<number> {
    return this.#clock.now()
  }

  /** Waits until no work is in progress and no alarm is due. @throws Error after SETTLED_WITHIN_MS */
  async settle(): Promise<void> {
    const deadline = performance.now() + SETTLED_WITHIN_MS
    for (let quiet = 0; quiet < QUIET_POLLS; ) {
      const { now, next, busy } = await this.#clock.time()
      quiet = busy === 0 && (next === null || next > now) ? quiet + 1 : 0
      if (performance.now() > deadline)
        throw new Error(`work is still in progress after ${SETTLED_WITHIN_MS / 1_000} s`)
      if (quiet < QUIET_POLLS) await delay(POLL_EVERY_MS)
    }
  }

  /** Moves the clock forward from alarm to alarm, and lets the server settle after each move. */
  async live(milliseconds: number): Promise<void> {
    const end = (await this.now()) + milliseconds
    for (;;) {
      await this.settle()
      const { next } = await this.#clock.time()
      if (next === null || next > end) break
      await this.#clock.moveTo(next)
    }
    await this.#clock.moveTo(end)
    await this.settle()
  }

  /** Sends a request. Unless the method is GET, lets the server settle, and the work on mails begin that strangers ask for. */
  async ask(request: Ask): Promise<Answer> {
    const answer = await this.#http.ask(request)
    if (request.method !== undefined && request.method !== 'GET') await this.live(WORK_AFTER_MS)
    return answer
  }

  /** Sends a request, and records request and answer under a title. */
  async record(book: Book, title: string, request: Ask): Promise<Answer> {
    const answer = await this.ask(request)
    book.add(title, `${showAsk(request)}\n--- answered\n${showAnswer(answer)}`)
    return answer
  }

  /** An API request with a token that has every scope. */
  api(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Ask {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    return {
      method,
      path,
      headers: { authorization: `Bearer ${TOKENS.organiser}`, ...type, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }
  }

  /** Mails since the last call, in an order that does not depend on the order of capture. */
  async mails(): Promise<Mail[]> {
    await this.settle()
    const found: Mail[] = []
    for (;;) {
      const page = await this.#http.ask({ path: `/outbox.json?after=${this.#lastMail}` })
      const mails = JSON.parse(textOf(page)) as Mail[]
      if (mails.length === 0) break
      for (const mail of mails) {
        this.#lastMail = mail.id
        found.push({ ...mail, eml: (await this.#http.ask({ path: `/outbox/${mail.id}.eml` })).body })
      }
    }
    return found
      .map((mail) => ({ mail, key: orderOf(mail) }))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ mail }) => mail)
  }

  /** `keepIn`: the folder that the state is copied to. */
  async close(keepIn?: string): Promise<void> {
    this.#http.close()
    await this.server.stop()
    if (keepIn !== undefined) cpSync(this.#state, keepIn, { recursive: true })
    rmSync(this.#state, { recursive: true, force: true })
  }
}

const orderOf = (mail: Mail): string =>
  [String(mail.at).padStart(16, '0'), mail.to, mail.subject, withoutNumbers(showMail(mail.eml))].join('\n')
