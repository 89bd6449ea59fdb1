import { expect } from 'vitest'
import {
  type Answer,
  type Organiser as Api,
  type DispatchDetails,
  organiser,
  type Problem,
} from '../../scripts/local/organiser.ts'
import type { DispatchView } from '../../src/dispatch/dispatch-request.ts'
import { dispatchOf, outboxOf } from '../../src/objects.ts'
import { supporterStore } from '../../src/supporter-list/store.ts'
import type { Supporter } from '../../src/supporter-list/supporter.ts'
import { OUTBOX_PAGE, type OutboxMail } from '../../src/transports/outbox/mail-store.ts'
import { TEST_SETTINGS, TEST_TOKEN } from '../settings.ts'
import { addressOf, testSettings } from './supporter-world.ts'
import { appWith, bindings } from './visitor.ts'

/** Milliseconds to wait for a dispatch to reach an expected state. */
const WAIT_MS = 30_000
const LOOK_EVERY_MS = 25

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** The answer to a request for a dispatch. */
type OpenedDispatch = DispatchView & { realAnswer?: { refused?: Problem } }

/** An API client with a token, for the app with some settings changed. */
export class Organiser {
  readonly #api: Api

  constructor(token: string | null = TEST_TOKEN, changed: object = {}) {
    this.#api = organiser(TEST_SETTINGS.PUBLIC_URL, token, appWith(changed))
  }

  ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.#api.ask<T>(method, path, body, headers)
  }

  /** Requests a dispatch that must be accepted (201). Returns its view. */
  async dispatch(request: object, headers: Record<string, string> = {}): Promise<OpenedDispatch> {
    const { status, json } = await this.ask<OpenedDispatch>('POST', '/api/dispatches', request, headers)
    expect(json).toMatchObject({ counts: expect.anything() })
    expect(status).toBe(201)
    return json
  }

  /** Requests a dispatch that must be refused with `status`. Returns the problem details. */
  async refused(request: object | string, status: number, headers: Record<string, string> = {}): Promise<Problem> {
    const answer = await this.ask<Problem>('POST', '/api/dispatches', request, headers)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
    return answer.json
  }

  look(id: string): Promise<DispatchDetails> {
    return this.#api.dispatchDetails(id)
  }

  act(id: string, act: string, body?: unknown): Promise<Answer<DispatchDetails & Problem>> {
    return this.#api.act(id, act, body)
  }

  /**
   * Publishes a campaign in some languages; `changes` are lines for its campaign.yaml.
   * Returns its slug and revision, and the ids of the dispatches that the publication paused.
   */
  async publish(slug: string, locales: string[] = ['en'], changes: string[] = [], text = 'Come.') {
    const lines = [`slug: ${slug}`, 'country: NO', 'opened: 2026-03-01', 'topics: [transport]', ...changes]
    if (!changes.some((line) => line.startsWith('status:'))) lines.push('status: open')
    const files = {
      'campaign.yaml': `${lines.join('\n')}\n`,
      ...Object.fromEntries(locales.map((locale) => [`${locale}.md`, words(locale, text)])),
    }
    const published = await this.#api.publish(slug, files)
    expect(published).toMatchObject({ slug })
    return { campaign: slug, revision: published.revision, paused: published.paused }
  }

  async until(id: string, is: (view: DispatchDetails) => boolean): Promise<DispatchDetails> {
    for (const end = Date.now() + WAIT_MS; ; await sleep(LOOK_EVERY_MS)) {
      const view = await this.look(id)
      expect(sumOf(view)).toBe(view.counts.planned) // invariant I3, at every poll
      if (is(view)) return view
      if (Date.now() > end) throw new Error(`expected state not reached: ${JSON.stringify(view)}`)
    }
  }

  finished(id: string): Promise<DispatchDetails> {
    return this.until(id, (view) => view.state === 'finished')
  }
}

export const sumOf = ({ counts: { planned: _, ...parts } }: Pick<DispatchView, 'counts'>): number =>
  Object.values(parts).reduce((sum, people) => sum + people, 0)

const words = (locale: string, text: string): string => `---
title: Gate (${locale})
summary: They stand outside.
subjects:
  appeal: Open the gate (${locale})
---

## Appeal

${text}
`

const settings = await testSettings()
const store = supporterStore(bindings.SUPPORTERS, settings)

/** The nth invented person. */
export const person = (n: number, locale = 'en', more: Partial<Supporter> = {}): Supporter => ({
  email: addressOf(`person${n}@example.org`),
  locales: [locale],
  topics: [],
  since: 1_000 + n,
  consent: { wording: 'v1', at: 1_000, via: 'page' },
  ...more,
})

export const people = (from: number, to: number, locale = 'en'): Supporter[] =>
  Array.from({ length: to - from }, (_, i) => person(from + i, locale))

export const fingerprintOf = (supporter: Pick<Supporter, 'email'>): Promise<string> =>
  settings.fingerprint(supporter.email)

/** Confirmed supporters, as KV keeps them. */
export async function join(supporters: Supporter[]): Promise<void> {
  for (let at = 0; at < supporters.length; at += 100) {
    await Promise.all(
      supporters.slice(at, at + 100).map(async (supporter) => store.put(await fingerprintOf(supporter), supporter)),
    )
  }
}

/** All mails in the outbox, oldest first. */
export async function outboxMails(): Promise<OutboxMail[]> {
  const mails: OutboxMail[] = []
  for (;;) {
    const page = await outboxOf(bindings).after(mails.at(-1)?.id ?? 0)
    mails.push(...page)
    if (page.length < OUTBOX_PAGE) return mails
  }
}

/** The subjects of the mails in the outbox, by recipient, without the isolates that keep the order of words in Arabic. */
export async function received(): Promise<Record<string, string[]>> {
  const byPerson: Record<string, string[]> = {}
  for (const { to, subject } of await outboxMails())
    byPerson[to] = [...(byPerson[to] ?? []), subject.replace(/[\u2066-\u2069]/g, '')]
  return byPerson
}

/** What `received` returns if each supporter got one appeal in this language. */
export const oneEach = (supporters: Supporter[], locale = 'en'): Record<string, string[]> =>
  Object.fromEntries(supporters.map(({ email }) => [email, [`Open the gate (${locale})`]]))

export const dispatchStub = (id: string) => dispatchOf(bindings, id)
