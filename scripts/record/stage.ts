/** A server of its own for a part of the recording: fixed settings, an empty state, and a clock that stands still until it is moved. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Response } from 'miniflare'
import { CLOCK_OBJECT, type MovableClock, movableClock } from '../clock/movable.ts'
import { anyPort } from '../local/ports.ts'
import { type Outbound, type Server, startServer } from '../local/server.ts'
import type { Book } from './book.ts'
import { type Answer, type Ask, type Client, client, textOf } from './http.ts'
import { showMail } from './mail.ts'
import { withoutNumbers } from './normalise.ts'
import { HOST, SETTINGS, TOKENS } from './settings.ts'
import { showAnswer, showAsk } from './show.ts'

const LOOK_EVERY_MS = 5
/** Looks in a row at which nothing is under way: between an answer and what it sets off, there may be a moment of nothing. */
const QUIET_LOOKS = 3
const SETTLED_WITHIN_MS = 120_000

/** A captured mail; `at` is epoch ms, `eml` its bytes. */
export type Mail = { id: number; at: number; to: string; subject: string; text: string; eml: Buffer }

/** Nothing leaves the machine. */
const nobody: Outbound = async (request) => {
  await request.text() // what is not read keeps its connection
  return new Response('', { status: 599 })
}

/** `settings` go over those of every recording; `outbound` answers what the Worker fetches from anybody; `from`: a state to begin with. */
export async function openStage(
  bundle: string,
  settings: Readonly<Record<string, string>> = {},
  outbound = nobody,
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

  /** Epoch ms. */
  now(): Promise<number> {
    return this.#clock.now()
  }

  /** Until nothing is under way and no alarm is due. @throws Error when that does not come. */
  async settle(): Promise<void> {
    const deadline = performance.now() + SETTLED_WITHIN_MS
    for (let quiet = 0; quiet < QUIET_LOOKS; ) {
      const { now, next, busy } = await this.#clock.time()
      quiet = busy === 0 && (next === null || next > now) ? quiet + 1 : 0
      if (performance.now() > deadline) throw new Error('what is due does not come to its end')
      if (quiet < QUIET_LOOKS) await delay(LOOK_EVERY_MS)
    }
  }

  /** Moves the clock on by so much, from alarm to alarm, with everything done at each. */
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

  /** Asks, and waits until what that sets off is done. GET sets nothing off. */
  async ask(asked: Ask): Promise<Answer> {
    const answer = await this.#http.ask(asked)
    if (asked.method !== undefined && asked.method !== 'GET') await this.settle()
    return answer
  }

  /** Asks and records both sides. */
  async record(book: Book, title: string, asked: Ask): Promise<Answer> {
    const answer = await this.ask(asked)
    book.add(title, `${showAsk(asked)}\n--- answered\n${showAnswer(answer)}`)
    return answer
  }

  /** A request of an organiser's, who may do everything. */
  api(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Ask {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    return {
      method,
      path,
      headers: { authorization: `Bearer ${TOKENS.organiser}`, ...type, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }
  }

  /** Mails since the last look, in an order that does not depend on which was captured first. */
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
