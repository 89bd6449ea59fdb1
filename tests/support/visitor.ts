import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { Answers } from '../../scripts/demo/html.ts'
import { ask, askByForm, type Visitor as Browser } from '../../scripts/local/browser.ts'
import { app } from '../../src/app.tsx'
import { formStamp, MIN_FILL_MS } from '../../src/security/form-timestamp.ts'
import { TEST_SETTINGS } from '../settings.ts'
import { testSettings } from './supporter-world.ts'

const ORIGIN = TEST_SETTINGS.PUBLIC_URL
/** Milliseconds to wait for a mail in the outbox: one alarm and the first compile of its template. */
const MAIL_WAIT_MS = 20_000

type Sent = { method?: string; headers?: Record<string, string>; body?: BodyInit }
export type CapturedMail = {
  id: number
  to: string
  cc: string[]
  subject: string
  headers: Record<string, string>
  text: string
  html: string
}

/** The bindings of wrangler.toml and the settings of `TEST_SETTINGS`. */
export const bindings: Env = env

/** A fetch function for the whole app, with some settings changed. */
export const appWith =
  (changed: object) =>
  async (request: Request): Promise<Response> => {
    const ctx = createExecutionContext()
    const answer = await app.fetch(request, { ...bindings, ...changed }, ctx)
    await waitOnExecutionContext(ctx)
    return answer
  }

let visitors = 0

/** A browser in a network of its own that follows no redirects. */
export class Visitor {
  readonly #browser: Browser

  constructor(fetch = appWith({})) {
    this.#browser = { ip: `2001:db8:${(++visitors).toString(16)}::1`, fetch }
  }

  ask(path: string, init: Sent = {}): Promise<Response> {
    return ask(this.#browser, new URL(path, ORIGIN), { redirect: 'manual', ...init })
  }

  send(path: string, form: Answers = {}, headers: Record<string, string> = {}): Promise<Response> {
    const pairs = Object.entries(form).flatMap(([name, values]) => [values].flat().map((value) => [name, value]))
    const url = new URL(path, ORIGIN)
    return askByForm(this.#browser, url, new URLSearchParams(pairs), { redirect: 'manual', headers })
  }

  sendJson(path: string, json: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const all = { 'content-type': 'application/json', accept: 'application/json', ...headers }
    return this.ask(path, { method: 'POST', body: JSON.stringify(json), headers: all })
  }

  /** Sends the sign-up form with a stamp old enough to be accepted. */
  async signUp(form: Answers, locale = 'en'): Promise<Response> {
    return this.send(`/${locale}/sign-up`, { stamp: await agedStamp(), ...form })
  }

  /** Signs up and confirms. Returns the mailed links. */
  async join(email: string, form: Answers = {}, locale = 'en'): Promise<{ confirm: string; unsubscribe: string }> {
    await this.signUp({ email, ...form }, locale)
    const confirm = linkIn(await mailTo(email, 1), 'confirm')
    await this.send(confirm)
    return { confirm, unsubscribe: linkIn(await mailTo(email, 2), 'unsubscribe') }
  }
}

export const agedStamp = async (): Promise<string> => formStamp((await testSettings()).keys, Date.now() - MIN_FILL_MS)

export async function mailsTo(email: string): Promise<CapturedMail[]> {
  const answer = await appWith({})(new Request(`${ORIGIN}/outbox.json?to=${encodeURIComponent(email)}`))
  return answer.json()
}

/** Waits for the nth mail to an address, counted from 1. @throws Error if the mail does not arrive in time. */
export async function mailTo(email: string, n: number): Promise<CapturedMail> {
  for (const end = Date.now() + MAIL_WAIT_MS; Date.now() < end; ) {
    const mail = (await mailsTo(email))[n - 1]
    if (mail !== undefined) return mail
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`mail ${n} to ${email} did not arrive`)
}

/** The path of the first link of this kind in the mail's text part. @throws Error if there is none. */
export function linkIn({ text }: CapturedMail, kind: string): string {
  const [path] = new RegExp(`/${kind}/[A-Za-z0-9_-]+`).exec(text) ?? []
  if (path === undefined) throw new Error(`no ${kind} link in: ${text}`)
  return path
}
