/** A server of its own for a part of the recording: fixed settings, an empty state, and a clock that stands still until it is moved. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Response } from 'miniflare'
import { CLOCK_OBJECT, movableClock } from '../clock.ts'
import { anyPort } from '../ports.ts'
import { type Outbound, startServer } from '../server.ts'
import type { Book } from './book.ts'
import { type Answer, type Ask, client, textOf } from './http.ts'
import { showMail } from './mail.ts'
import { withoutNumbers } from './normalise.ts'
import { HOST, SETTINGS, TOKENS } from './settings.ts'
import { showAnswer, showAsk } from './show.ts'

const LOOK_EVERY_MS = 5
/** Looks in a row at which nothing is under way: between an answer and what it sets off, there may be a moment of nothing. */
const QUIET_LOOKS = 3
const SETTLED_WITHIN_MS = 60_000

export type Mail = { id: number; at: number; to: string; subject: string; text: string; eml: Buffer }

export type Stage = Awaited<ReturnType<typeof openStage>>

/** `outbound`: answers what the Worker fetches from anybody. */
export async function openStage(bundle: string, settings: Record<string, string> = {}, outbound: Outbound = nobody) {
  const state = mkdtempSync(join(tmpdir(), 'tocsin-record-'))
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
  const http = client(port, HOST)
  const clock = movableClock(server)
  let lastMail = 0

  /** Until nothing is under way and no alarm is due. */
  async function settle(): Promise<void> {
    const deadline = performance.now() + SETTLED_WITHIN_MS
    for (let quiet = 0; quiet < QUIET_LOOKS; ) {
      const { now, next, busy } = await clock.time()
      quiet = busy === 0 && (next === null || next > now) ? quiet + 1 : 0
      if (performance.now() > deadline) throw new Error('what is due does not come to its end')
      if (quiet < QUIET_LOOKS) await delay(LOOK_EVERY_MS)
    }
  }

  /** GET changes nothing, so nothing comes after its answer. */
  async function ask(asked: Ask): Promise<Answer> {
    const answer = await http.ask(asked)
    if (asked.method !== undefined && asked.method !== 'GET') await settle()
    return answer
  }

  return {
    server,
    port,
    ask,
    settle,
    now: clock.now,
    /** Moves the clock on by so much, from alarm to alarm, with everything done at each. */
    async live(milliseconds: number): Promise<void> {
      const end = (await clock.now()) + milliseconds
      for (;;) {
        await settle()
        const { next } = await clock.time()
        if (next === null || next > end) break
        await clock.moveTo(next)
      }
      await clock.moveTo(end)
      await settle()
    },
    /** Asks and records both sides. */
    async record(book: Book, title: string, asked: Ask): Promise<Answer> {
      const answer = await ask(asked)
      book.add(title, `${showAsk(asked)}\n--- answered\n${showAnswer(answer)}`)
      return answer
    },
    api: (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Ask => ({
      method,
      path,
      headers: {
        authorization: `Bearer ${TOKENS.organiser}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
    /** Mails since the last look, in an order that does not depend on which was captured first. */
    async mails(): Promise<Mail[]> {
      await settle()
      const found: Mail[] = []
      for (;;) {
        const list = JSON.parse(textOf(await http.ask({ path: `/outbox.json?after=${lastMail}` }))) as Mail[]
        if (list.length === 0) break
        lastMail = list.at(-1)?.id ?? lastMail
        for (const mail of list) found.push({ ...mail, eml: (await http.ask({ path: `/outbox/${mail.id}.eml` })).body })
      }
      return found
        .map((mail) => ({ mail, key: orderOf(mail) }))
        .toSorted((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ mail }) => mail)
    },
    async close(): Promise<void> {
      http.close()
      await server.stop()
      rmSync(state, { recursive: true, force: true })
    },
  }
}

/** Nothing leaves the machine. */
const nobody: Outbound = async () => new Response('', { status: 599 })

const orderOf = (mail: Mail): string =>
  [String(mail.at).padStart(16, '0'), mail.to, mail.subject, withoutNumbers(showMail(mail.eml))].join('\n')
